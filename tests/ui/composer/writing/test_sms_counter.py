"""The SMS counter: how many parts, what makes them costly, and that nothing unseen is named by a blank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.sms import count_segments
from desktop.ui.composer.writing.sms_counter import SmsCounter, count_sms


@pytest.mark.parametrize(
    ("text", "said", "warns"),
    [
        ("a", "1 character · 1 SMS · 159 left", False),
        ("a" * 160, "160 characters · 1 SMS · 0 left", False),
        ("a" * 161, "161 characters · 2 SMS · 145 left", False),
        ("a" * 460, "460 characters · 4 SMS · 152 left", True),
        ("€" * 80, "80 characters · 1 SMS · 0 left", False),
        ("Hi 🙂", "4 characters · 1 SMS · 65 left · less room because of 🙂", False),
        ("Ж" * 71, "71 characters · 2 SMS · 63 left · less room because of Ж", True),
        ("“Hi”", "4 characters · 1 SMS · 66 left · less room because of “, ”", False),
    ],
)  # fmt: skip
def test_parts_are_counted_and_the_dear_characters_named(text: str, said: str, warns: bool) -> None:
    assert (count_sms(text).text, count_sms(text).warns) == (said, warns)


def test_many_dear_characters_are_not_all_named() -> None:
    assert count_sms("привет").text.endswith("less room because of п, р, и and 3 more")


@pytest.mark.parametrize(
    ("text", "named"), [("a\u00a0b", "no-break space"), ("a\u200bb", "zero width space"), ("❤\ufe0f", "❤")]
)
def test_what_cannot_be_seen_has_a_name(text: str, named: str) -> None:
    said = count_sms(text).text
    assert said.endswith(f"less room because of {named}")


def test_the_explanation_tells_the_rule_and_the_price() -> None:
    assert "160 fit in one text message (SMS), 153 in each part" in count_sms("Hello").tooltip
    costly = count_sms("Hello 🙂").tooltip
    assert "🙂" in costly
    assert "70 characters fit in one text message (SMS), 67 in each part" in costly
    assert "Every part is charged." in costly
    assert "Octopods" not in costly
    assert "Octopods may add text of its own." in count_sms("Hello", by_bridge=True).tooltip


@given(st.text(min_size=1))
def test_any_text_has_a_count_that_holds_for_what_is_sent(text: str) -> None:
    found, cut = count_sms(text), count_segments(text)
    assert f"{cut.parts} SMS" in found.text
    assert found.text == found.text.strip()
    assert "  " not in found.text
    assert "None" not in found.tooltip.replace(text, "")


def test_it_is_quiet_until_there_is_something_to_count(qtbot, theme) -> None:
    counter = SmsCounter(theme)
    qtbot.addWidget(counter)
    counter.count("  \n", by_bridge=False)
    assert counter.isHidden()
    counter.count("Hi", by_bridge=False)
    assert not counter.isHidden()
    assert counter.accessibleName() == counter.text()
    assert "160 fit" in counter.toolTip() == counter.accessibleDescription()
    counter.count("", by_bridge=False)
    assert counter.isHidden()


def test_an_expensive_text_is_marked_by_color_too(qtbot, theme) -> None:
    counter = SmsCounter(theme)
    qtbot.addWidget(counter)
    counter.count("Hi", by_bridge=False)
    plain = counter.palette().windowText().color()
    counter.count("Ж" * 71, by_bridge=False)
    assert counter.palette().windowText().color() != plain
    assert counter.palette().windowText().color() == theme.color("soon")

"""The SMS counter: how many parts, what makes them costly, and that nothing unseen is named by a blank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.content.sms import count_segments
from desktop.ui.composer.sms_counter import SmsCounter, count_sms


@pytest.mark.parametrize(
    ("text", "said", "warns"),
    [
        ("a", "1 character · 1 SMS · 159 left", False),
        ("a" * 160, "160 characters · 1 SMS · 0 left", False),
        ("a" * 161, "161 characters · 2 SMS · 145 left", False),
        ("a" * 460, "460 characters · 4 SMS · 152 left", True),
        ("€" * 80, "80 characters · 1 SMS · 0 left", False),
        ("Hi 🙂", "4 characters · 1 SMS · 65 left · UCS-2 because of \u2068🙂\u2069", False),
        ("Ж" * 71, "71 characters · 2 SMS · 63 left · UCS-2 because of \u2068Ж\u2069", True),
        ("“Hi”", "4 characters · 1 SMS · 66 left · UCS-2 because of \u2068“\u2069 and \u2068”\u2069", False),
    ],
)  # fmt: skip
def test_parts_are_counted_and_the_dear_characters_named(text: str, said: str, warns: bool) -> None:
    assert (count_sms(text).text, count_sms(text).warns) == (said, warns)


def test_many_dear_characters_are_not_all_named() -> None:
    assert count_sms("привет").text.endswith("UCS-2 because of \u2068п\u2069, \u2068р\u2069, \u2068и\u2069 and 3 more")


@pytest.mark.parametrize(
    ("text", "named"), [("a\u00a0b", "a no-break space"), ("a\u200bb", "a zero width space"), ("❤\ufe0f", "❤")]
)
def test_what_cannot_be_seen_has_a_name(text: str, named: str) -> None:
    said = count_sms(text).text
    assert said.replace("\u2068", "").replace("\u2069", "").endswith(f"UCS-2 because of {named}")


def test_the_explanation_tells_the_rule_and_the_price() -> None:
    assert "160 characters fit one SMS, 153 each part" in count_sms("Hello").tooltip
    costly = count_sms("Hello 🙂").tooltip
    assert "🙂" in costly
    assert "70 characters fit one SMS, 67 each part" in costly
    assert "Every part is paid for." in costly
    assert "bridge" not in costly
    assert "The bridge may add words of its own." in count_sms("Hello", by_bridge=True).tooltip


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
    assert "GSM-7" in counter.toolTip() == counter.accessibleDescription()
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

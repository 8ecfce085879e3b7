"""What is said of a message past Intercom: every state of its window, every limit of its account, any name and time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import NOW, WORKSPACE, conversation, in_messenger, jennifer, on_channel
from direct_routes import octopods_route, sms_route, telegram_route, whatsapp_route
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import DirectSituation, find_direct_situation
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.facts import Attachment, ChannelKind, Conversation
from desktop.domain.model.warning import ForecastWarning, Verdict, WarningCode
from desktop.domain.reach import find_situation
from desktop.ui.wording import words
from desktop.ui.wording.forecast import sentence, warning_text, warning_texts, warning_title

WHATSAPP = {"tags": ("whatsapp",)}
PHOTO = Attachment("parcel.jpg", "", "image/jpeg", 200_000)
FILM = Attachment("film.mp4", "", "video/mp4", 200_000_000)


def stand(direct_route: DirectRoute, *conversations: Conversation) -> DirectSituation:
    thread = assemble_thread(conversations, [jennifer()], WORKSPACE)
    return find_direct_situation(thread, direct_route, find_situation(thread, "1", WORKSPACE))


def chat(age: float, **more: object) -> Conversation:
    return conversation("1", on_channel(age), **(WHATSAPP | more))


ROWS: dict[str, Callable[[], DirectSituation]] = {
    "open": lambda: stand(whatsapp_route(), chat(2)),
    "closing": lambda: stand(whatsapp_route(), chat(23.5)),
    "closed": lambda: stand(whatsapp_route(), chat(26)),
    "never": lambda: stand(whatsapp_route(), conversation("1", in_messenger(1), **WHATSAPP)),
    "unseen": lambda: stand(whatsapp_route(carries_bridge=False), chat(2)),
    "gap": lambda: stand(whatsapp_route(), chat(26, unseen_before=NOW - timedelta(hours=3))),
    "nameless": lambda: stand(
        replace(whatsapp_route(), route=replace(whatsapp_route().route, our_address=""), name=""), chat(2)
    ),
    "octopods": lambda: stand(octopods_route(), chat(26)),
    "no templates": lambda: stand(whatsapp_route(has_templates=False), chat(26)),
    "sms": lambda: stand(sms_route(), chat(26)),
    "telegram": lambda: stand(telegram_route(), chat(26)),
}


def said(row: str, text: str = "Hello", name: str = "Jennifer Okafor", **more: object) -> str:
    s, answer = ROWS[row](), Reply(text, **more)  # type: ignore[arg-type]
    return sentence(compute_forecast(s, answer, NOW), s, name, NOW, answer)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("open", "Arrives on WhatsApp only, from +35312345678; colleagues see a note · 21 h 58 min left"),
        ("closing", "Arrives on WhatsApp only, from +35312345678; colleagues see a note · 28 min 0 s left"),
        ("nameless", "Arrives on WhatsApp only; colleagues see a note"),
        ("closed", "Jennifer's WhatsApp window closed 2 h 2 min ago: free text will not arrive. Send a template."),
        ("no templates", "Jennifer's WhatsApp window closed 2 h 2 min ago: free text will not arrive."),
        ("never", "Jennifer's WhatsApp window never opened: free text will not arrive. Send a template."),
        (
            "unseen",
            "Not certain: Reachline cannot see what Jennifer writes to this number. A template needs no open window.",
        ),
        (
            "gap",
            "Not certain: older messages from Jennifer are not here, and one of them may have opened the window."
            " A template needs no open window.",
        ),
        ("sms", "Arrives by text message (SMS) only, from +15005550006; colleagues see a note"),
        ("telegram", "Arrives on Telegram only, from @acme_bot; colleagues see a note"),
    ],
)
def test_the_line_tells_place_sender_and_time_left(row: str, expected: str) -> None:
    assert said(row).startswith(expected) if row == "nameless" else said(row) == expected


def test_a_template_needs_no_window_and_opens_none() -> None:
    assert said("closed", template="parcel") == (
        "Arrives on WhatsApp only, from +35312345678; colleagues see a note. It opens no window."
    )


def test_a_template_that_just_went_is_told() -> None:
    line = said("open", template="parcel", template_used_at=NOW - timedelta(hours=3))
    assert line.endswith("This template last went to Jennifer 3 h ago.")


@pytest.mark.parametrize(
    ("row", "reply", "fact"),
    [
        ("open", Reply("x" * 5000), "Too long: 5,000 of 4,096 characters."),
        ("open", Reply("x" * 2000, (PHOTO,)), "Too long beside a file: 2,000 of 1,024 characters."),
        ("telegram", Reply("x" * 1025, (PHOTO,)), "Too long beside a file: 1,025 of 1,024 characters."),
        ("sms", Reply("x" * 1601), "Too long: 1,601 of 1,600 characters."),
        (
            "open",
            Reply("Hi", (FILM,)),
            "film.mp4 is 200 MB; WhatsApp Cloud API takes documents of up to 100 MB.",
        ),
        ("telegram", Reply("Hi", (PHOTO, PHOTO)), "Telegram takes one file at a time."),
        ("sms", Reply("Hi", (PHOTO,)), "Twilio takes no files from here."),
    ],
)
def test_limits_are_those_of_the_account(row: str, reply: Reply, fact: str) -> None:
    s = ROWS[row]()
    forecast = compute_forecast(s, reply, NOW)
    assert forecast.verdict is Verdict.WARN
    line = sentence(forecast, s, "Jennifer", NOW, reply)
    assert line.endswith(fact)


def test_where_no_file_goes_the_length_beside_one_is_no_news() -> None:
    s, reply = ROWS["sms"](), Reply("Hi", (PHOTO,))
    forecast = compute_forecast(s, reply, NOW)
    assert forecast.warnings == (WarningCode.ATTACHMENT_REFUSED,)
    assert "Too long" not in sentence(forecast, s, "Jennifer", NOW, reply)
    assert [t for t, _ in warning_texts(forecast.warnings, forecast, s, "Jennifer", NOW, reply)] == [
        "Not with this file"
    ]


def test_what_blocks_is_said_first() -> None:
    assert said("open", "Dear {{name}}").startswith("Fill in {{name}} before sending. Arrives on WhatsApp only")


def test_offline_and_signed_out_are_told_as_ever() -> None:
    assert said("telegram", offline=True).endswith("You are offline: it waits here and is judged again before it goes.")
    s = replace(ROWS["open"](), conversation=replace(ROWS["open"]().conversation, signed_in=False))
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    assert sentence(forecast, s, "Jennifer", NOW, Reply("Hi")) == "Signed out of Intercom: nothing can be sent."


@pytest.mark.parametrize("row", ROWS)
def test_no_line_claims_what_is_not_reached(row: str) -> None:
    s, reply = ROWS[row](), Reply("Hello")
    forecast = compute_forecast(s, reply, NOW)
    line = said(row)
    assert line.startswith("Arrives") is bool(forecast.reached)
    assert "Messenger" not in line
    for channel in ChannelKind:
        if line.startswith("Arrives") and channel not in forecast.reached:
            assert words.place(channel) not in line.split(";")[0]


def test_a_warning_says_that_nothing_arrives_anywhere() -> None:
    s, reply = ROWS["closed"](), Reply("Hi")
    forecast = compute_forecast(s, reply, NOW)
    assert warning_title(WarningCode.WINDOW_CLOSED, forecast, s, "Jennifer Okafor", NOW, reply) == (
        "Free text will not arrive on WhatsApp"
    )
    assert warning_text(WarningCode.WINDOW_CLOSED, forecast, s, "Jennifer Okafor", NOW, reply) == (
        "Jennifer will not see this anywhere. Jennifer's last WhatsApp message to this number was 26 h ago, and free"
        " text is let through for 24 h only."
    )


NAMES = st.text(max_size=30) | st.sampled_from(["Jennifer Okafor", "{name}", "%s", "نور حداد", ""])


@given(
    row=st.sampled_from(sorted(ROWS)),
    code=st.sampled_from(sorted(WarningCode)),
    name=NAMES,
    later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
    reply=st.builds(Reply, st.text(max_size=40), st.sampled_from([(), (PHOTO,), (FILM, PHOTO)])),
)
def test_words_hold_for_any_name_time_and_content(
    row: str, code: WarningCode, name: str, later: timedelta, reply: Reply
) -> None:
    s, now = ROWS[row](), NOW + later
    forecast = compute_forecast(s, reply, now)
    warned = Forecast(forecast.reaches, (ForecastWarning(code), *(w for w in forecast.warned if w.code is not code)))
    title, body = (tell(code, warned, s, name, now, reply) for tell in (warning_title, warning_text))
    for spoken in (sentence(forecast, s, name, now, reply), title, body, sentence(warned, s, name, now, reply)):
        assert spoken.strip() == spoken != ""
        assert "\n" not in spoken
        assert "None" not in spoken.replace(words.first_name(name), "")


@pytest.mark.parametrize("code", WarningCode)
def test_a_warning_is_a_title_and_two_sentences(code: WarningCode) -> None:
    s = ROWS["closed"]()
    reply = Reply("Hi", (PHOTO,))
    forecast = Forecast(compute_forecast(s, reply, NOW).reaches, (ForecastWarning(code),))
    title, body = (tell(code, forecast, s, "Jennifer", NOW, reply) for tell in (warning_title, warning_text))
    assert not title.endswith(".")
    assert 2 <= len(re.findall(r"[.](?= |$)", body)) <= 3
    assert "{" not in title + body.replace("{{", "")

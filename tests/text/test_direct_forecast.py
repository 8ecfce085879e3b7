"""What is said of a message sent directly: every state of its window, every limit of its account, any name and time."""

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
from desktop.text.forecast.context import make_context
from desktop.text.forecast.line import LineText, forecast_line
from desktop.text.forecast.warnings import WarningText, warning_text, warning_texts
from desktop.text.names import first_name, place

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


def line_of(forecast: Forecast, s: DirectSituation, reply: Reply) -> LineText:
    return forecast_line(make_context(forecast, s, "Jennifer Okafor", NOW, reply))


def text_of(code: WarningCode, forecast: Forecast, s: DirectSituation, reply: Reply) -> WarningText:
    return warning_text(code, make_context(forecast, s, "Jennifer Okafor", NOW, reply))


def said(row: str, text: str = "Hello", **more: object) -> LineText:
    s, answer = ROWS[row](), Reply(text, **more)  # type: ignore[arg-type]
    return line_of(compute_forecast(s, answer, NOW), s, answer)


NEEDS_NONE = "A template doesn't need an open window."
SEES_NOTE = "Your team sees a note in Intercom."
OLDER = "Older messages aren't here, and one of them may have opened the window."


@pytest.mark.parametrize(
    ("row", "what", "why"),
    [
        ("open", "Arrives on WhatsApp only · 21 h 58 min left.", ""),
        ("closing", "Arrives on WhatsApp only · 28 min 0 s left.", ""),
        ("nameless", "Arrives on WhatsApp only · 21 h 58 min left.", ""),
        ("closed", "Won't arrive: WhatsApp closed 2 h 2 min ago.", NEEDS_NONE),
        ("no templates", "Won't arrive: WhatsApp closed 2 h 2 min ago.", ""),
        ("never", "Won't arrive: no WhatsApp message from Jennifer to this number is known.", NEEDS_NONE),
        (
            "unseen",
            "Might not arrive on WhatsApp. We don't see what the customer writes to this number.",
            NEEDS_NONE,
        ),
        ("gap", f"Might not arrive on WhatsApp. {OLDER}", NEEDS_NONE),
        ("sms", "Arrives by text message (SMS) only.", SEES_NOTE),
        ("telegram", "Arrives on Telegram only.", SEES_NOTE),
    ],
)
def test_the_line_tells_place_and_time_left(row: str, what: str, why: str) -> None:
    assert said(row) == LineText(what, why)


def test_a_template_needs_no_window_and_opens_none() -> None:
    assert said("closed", template="parcel").what == (
        "Should arrive on WhatsApp only. A template doesn't open the 24-hour window."
    )


def test_a_template_that_just_went_is_told() -> None:
    line = said("open", template="parcel", template_used_at=NOW - timedelta(hours=3))
    assert line.what.endswith("This template was last sent to Jennifer 3 h ago.")


@pytest.mark.parametrize(
    ("row", "reply", "fact"),
    [
        ("open", Reply("x" * 5000), "Too long for WhatsApp: 5,000 of 4,096 characters."),
        ("open", Reply("x" * 2000, (PHOTO,)), "Too long with a file: 2,000 of 1,024 characters."),
        ("telegram", Reply("x" * 1025, (PHOTO,)), "Too long with a file: 1,025 of 1,024 characters."),
        ("sms", Reply("x" * 1601), "Too long for SMS: 1,601 of 1,600 characters."),
        (
            "open",
            Reply("Hi", (FILM,)),
            "film.mp4 is too large (200.0 MB). WhatsApp accepts documents up to 100 MB.",
        ),
        ("telegram", Reply("Hi", (PHOTO, PHOTO)), "Telegram accepts one file at a time."),
        ("sms", Reply("Hi", (PHOTO,)), "You can't send files through Twilio from Reachline."),
    ],
)
def test_limits_are_those_of_the_account(row: str, reply: Reply, fact: str) -> None:
    s = ROWS[row]()
    forecast = compute_forecast(s, reply, NOW)
    assert forecast.verdict is Verdict.WARN
    assert line_of(forecast, s, reply).what.endswith(fact)


def test_where_no_file_goes_the_length_beside_one_is_no_news() -> None:
    s, reply = ROWS["sms"](), Reply("Hi", (PHOTO,))
    forecast = compute_forecast(s, reply, NOW)
    assert forecast.warnings == (WarningCode.ATTACHMENT_REFUSED,)
    assert "Too long" not in line_of(forecast, s, reply).whole
    assert [t for t, _ in warning_texts(forecast.warnings, forecast, s, "Jennifer", NOW, reply)] == [
        "This file can't be sent by text message (SMS)"
    ]


def test_what_blocks_is_said_first() -> None:
    assert said("open", "Dear {{name}}").what.startswith("Fill in {{name}} before you send. Arrives on WhatsApp only")


def test_offline_and_signed_out_are_told_as_ever() -> None:
    assert said("telegram", offline=True).what.endswith(
        "You're offline. When you're back, we'll check this reply again, then send it or ask you."
    )
    s = replace(ROWS["open"](), conversation=replace(ROWS["open"]().conversation, signed_in=False))
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    assert line_of(forecast, s, Reply("Hi")) == LineText("You're signed out of Intercom. Sign in to send.")


@pytest.mark.parametrize("row", ROWS)
def test_no_line_claims_what_is_not_reached(row: str) -> None:
    s, reply = ROWS[row](), Reply("Hello")
    forecast = compute_forecast(s, reply, NOW)
    line = said(row)
    assert line.what.startswith("Arrives") is bool(forecast.reached)
    assert "Messenger" not in line.whole
    for channel in ChannelKind:
        if line.what.startswith("Arrives") and channel not in forecast.reached:
            assert place(channel) not in line.what


def test_a_warning_says_that_nothing_arrives_anywhere() -> None:
    s, reply = ROWS["closed"](), Reply("Hi")
    forecast = compute_forecast(s, reply, NOW)
    assert text_of(WarningCode.WINDOW_CLOSED, forecast, s, reply) == (
        "Won't arrive on WhatsApp",
        "Jennifer won't see this at all. WhatsApp closed 2 h 2 min ago, 24 hours after Jennifer's last message to this"
        " number.",
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
    contexts = [make_context(f, s, name, now, reply) for f in (forecast, warned)]
    for spoken in (*(forecast_line(c).what for c in contexts), *warning_text(code, contexts[1])):
        assert spoken.strip() == spoken != ""
        assert "\n" not in spoken
        assert "None" not in spoken.replace(first_name(name), "")


@pytest.mark.parametrize("code", WarningCode)
def test_a_warning_is_a_title_and_two_sentences(code: WarningCode) -> None:
    s = ROWS["closed"]()
    reply = Reply("Hi", (PHOTO,))
    forecast = Forecast(compute_forecast(s, reply, NOW).reaches, (ForecastWarning(code),))
    title, body = text_of(code, forecast, s, reply)
    assert not title.endswith(".")
    assert 2 <= len(re.findall(r"[.](?= |$)", body)) <= 3
    assert "{" not in title + body.replace("{{", "")

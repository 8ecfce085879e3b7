"""What the forecast line and the warning sheet say: every code, every row of the reach table, any name and time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import (
    NOW,
    OWN_CODE,
    WORKSPACE,
    ago,
    conversation,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.facts import Attachment, ChannelKind, Conversation
from desktop.domain.model.warning import SEVERITY, ForecastWarning, Verdict, WarningCode
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.reach import Certainty, Situation, find_situation
from desktop.ui.wording import words
from desktop.ui.wording.forecast import sentence, warning_text, warning_title

NOTED = ago(0.99).astimezone()
WHATSAPP = {"tags": ("whatsapp",)}
UNPROVEN = replace(WORKSPACE, relay={})
REFUSED = replace(WORKSPACE, relay={ChannelKind.WHATSAPP: Relay.REFUSED})


def stand(
    *conversations: Conversation, workspace: Workspace = WORKSPACE, here: str = "1", **contact: object
) -> Situation:
    return find_situation(assemble_thread(conversations, [jennifer(**contact)], workspace), here, workspace)


def chat(*ages: float, messenger: float | None = None, **more: object) -> Conversation:
    """The customer's WhatsApp conversation: messages of these ages in hours, and one typed in the Messenger."""
    typed = [] if messenger is None else [in_messenger(messenger)]
    return conversation("1", *(on_channel(age) for age in ages), *typed, **(WHATSAPP | more))


def plain(age: float = 1, conversation_id: str = "1", **more: object) -> Conversation:
    return conversation(conversation_id, first(age), **({"page_url": "https://shop.example.com/"} | more))


def chat_with_notice(text: str) -> Conversation:
    return conversation("1", on_channel(2), reply(1), failure_note(0.99, text), **WHATSAPP)


WEAK = {"bridge_attributes": {"octopods_whatsapp_id": "9"}}
ROWS: dict[str, Callable[[], Situation]] = {
    "open, proven": lambda: stand(chat(2)),
    "closing, proven": lambda: stand(chat(23.5)),
    "open, unproven": lambda: stand(chat(2), workspace=UNPROVEN),
    "closing, unproven": lambda: stand(chat(23.5), workspace=UNPROVEN),
    "open, words from the Messenger": lambda: stand(chat(2, messenger=1)),
    "closed": lambda: stand(chat(26)),
    "closed, Messenger reply": lambda: stand(chat(26, messenger=0.1)),
    "never": lambda: stand(conversation("1", in_messenger(1), **WHATSAPP)),
    "window unknown, gap": lambda: stand(chat(26, unseen_before=NOW - timedelta(hours=3))),
    "window unknown, message": lambda: stand(
        conversation("1", on_channel(26), on_channel(1, app_code="x"), **WHATSAPP)
    ),
    "refused": lambda: stand(chat(2), workspace=REFUSED),
    "mapping unknown": lambda: stand(conversation("1", first(2)), bridge_attributes={"octopods_id": "9"}),
    "mapping weak, open": lambda: stand(conversation("1", on_channel(2)), **WEAK),
    "mapping weak, closed": lambda: stand(conversation("1", on_channel(26)), **WEAK),
    "mapping weak, refused": lambda: stand(conversation("1", on_channel(2)), workspace=REFUSED, **WEAK),
    "plain": lambda: stand(plain()),
    "plain, mail copy": lambda: stand(plain(), email="j@example.com", takes_email=True),
    "plain, elsewhere": lambda: stand(plain(2), conversation("2", on_channel(0.17), **WHATSAPP)),
    "mail": lambda: stand(conversation("1", first(2, by_email=True), born_on="email")),
    "mail, elsewhere": lambda: stand(conversation("1", first(2, by_email=True), born_on="email"),
                                     conversation("2", on_channel(0.17), **WHATSAPP)),
    "native, open": lambda: stand(conversation("1", first(2), born_on="whatsapp")),
    "native, closing": lambda: stand(conversation("1", first(23.5), born_on="whatsapp")),
    "native, closed": lambda: stand(conversation("1", first(30), born_on="whatsapp")),
    "telegram": lambda: stand(conversation("1", on_channel(200), tags=("telegram",))),
    "sms": lambda: stand(conversation("1", on_channel(200), tags=("twilio",))),
    "native, moved": lambda: stand(conversation("1", first(2), born_on="whatsapp", current_channel="email")),
    "assumed Messenger": lambda: stand(conversation("1", first(2)), messenger_seen_at=NOW - timedelta(hours=2),
                                       workspace=replace(WORKSPACE, bridge_expected=True)),
    "blocked": lambda: stand(chat_with_notice("The user blocked this number, so it could not be delivered.")),
    "failed for no reason": lambda: stand(chat_with_notice("Message was not delivered.")),
    "mail that bounces": lambda: stand(
        conversation("1", first(2, by_email=True), born_on="email"), email="j@example.com", email_fails=True
    ),
    "phone call": lambda: stand(conversation("1", first(2), born_on="phone_call")),
    "nothing known": lambda: stand(conversation("1", first(2), born_on="telepathy")),
    "nobody wrote": lambda: stand(conversation("1", reply(1))),
}  # fmt: skip


def said(row: str, text: str = "Hello", name: str = "Jennifer Okafor", **more: object) -> str:
    s = ROWS[row]()
    answer = Reply(text, **more)  # type: ignore[arg-type]
    return sentence(compute_forecast(s, answer, NOW), s, name, NOW, answer)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("open, proven", "Arrives on WhatsApp and in the Messenger · 21 h 58 min left"),
        ("closing, proven", "Arrives on WhatsApp and in the Messenger · 28 min 0 s left"),
        (
            "open, unproven",
            "Should arrive on WhatsApp and in the Messenger; not proven yet that the bridge forwards replies made here"
            " · 21 h 58 min left",
        ),
        (
            "closed, Messenger reply",
            "Only the Messenger. Jennifer's last WhatsApp message was 26 h ago; the one 6 min ago came from the"
            " Messenger and doesn't count.",
        ),
        (
            "plain, elsewhere",
            "Jennifer wrote on WhatsApp 10 min ago, in another conversation. A reply here is seen only in the"
            " Messenger.",
        ),
        ("never", "Only the Messenger. We know of no WhatsApp message from Jennifer, so the window never opened; the"
         " one 1 h ago came from the Messenger and doesn't count."),
        ("refused", "Only the Messenger. The bridge does not forward replies made here to WhatsApp."),
        ("plain", "Arrives in the Messenger"),
        ("plain, mail copy", "Arrives in the Messenger, perhaps also by email"),
        ("mail", "Arrives by email"),
        ("telegram", "Arrives on Telegram and in the Messenger"),
        ("sms", "Arrives by text message (SMS) and in the Messenger"),
        ("native, moved", "This conversation moved to Email. A reply may no longer arrive on WhatsApp."),
        ("blocked", f"Messenger only. Octopods reported at {NOTED:%H:%M} that this number blocked you."),
        (
            "failed for no reason",
            f"Reaches the Messenger; may not arrive on WhatsApp. Octopods reported at {NOTED:%H:%M} that a message"
            " wasn't delivered on WhatsApp, without a known reason.",
        ),
        ("phone call", "This was a phone call: Jennifer may not see a written reply."),
        ("nothing known", "Intercom doesn't say where a reply in this conversation arrives."),
        (
            "mapping unknown",
            "Reaches the Messenger. Whether it reaches another channel isn't known.",
        ),
    ],
)  # fmt: skip
def test_the_line_tells_place_reason_and_time_left(row: str, expected: str) -> None:
    assert said(row) == expected


def test_a_note_stays_in_the_team() -> None:
    assert said("open, proven", internal=True) == "A note for your team. Jennifer will not see it."


def test_what_blocks_is_said_first() -> None:
    line = said("open, proven", "Dear {{user.name}}")
    assert line.startswith("Fill in {{user.name}} before sending. Arrives on WhatsApp")


def test_a_signed_out_agent_is_promised_nothing() -> None:
    s = replace(ROWS["open, proven"](), signed_in=False)
    line = sentence(compute_forecast(s, Reply("Hi"), NOW), s, "Jennifer", NOW, Reply("Hi"))
    assert line == "Signed out of Intercom: nothing can be sent."


def test_every_verdict_of_warn_is_told_on_the_line() -> None:
    answer = Reply("x" * 5000, (Attachment("film.mp4", "", size_bytes=200_000_000),), seen_upto=7)
    s = stand(conversation("1", on_channel(3, arrival=7), on_channel(2, arrival=8), **WHATSAPP))
    line = sentence(compute_forecast(s, answer, NOW), s, "Jennifer", NOW, answer)
    for fact in ("5,000 of 4,096", "takes videos of up to 16 MB", "Jennifer has written since you began"):
        assert fact in line


def claimed(line: str) -> set[str]:
    """Places that a sentence says are reached: those after `rrives` up to the next stop."""
    promise = re.search(r"(?:Arrives|Should arrive) ([^.;·,]*)", line)
    return {words.place(k) for k in ChannelKind if promise and words.place(k) in promise.group(1)}


@pytest.mark.parametrize("row", ROWS)
def test_no_line_claims_a_place_that_is_not_reached(row: str) -> None:
    s = ROWS[row]()
    forecast = compute_forecast(s, Reply("Hello"), NOW)
    line = said(row)
    assert claimed(line) <= {words.place(k) for k in forecast.reached}
    if any(r.certainty is Certainty.UNPROVEN for r in forecast.reaches):
        assert "not proven" in line
    if forecast.verdict is Verdict.CLEAR:
        assert claimed(line) == {words.place(k) for k in forecast.reached}


def test_the_rows_between_them_show_every_warning_about_a_place() -> None:
    """So that the table above cannot quietly lose a row."""
    shown = {code for make in ROWS.values() for code in compute_forecast(make(), Reply("Hello"), NOW).warnings}
    assert shown == {
        WarningCode.CLOSING_SOON, WarningCode.RELAY_UNPROVEN, WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL,
        WarningCode.WINDOW_CLOSED, WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN, WarningCode.WINDOW_UNKNOWN,
        WarningCode.RELAY_REFUSED, WarningCode.MAPPING_UNKNOWN, WarningCode.MAPPING_WEAK,
        WarningCode.CUSTOMER_IS_ELSEWHERE, WarningCode.CONVERSATION_MOVED, WarningCode.MESSENGER_ASSUMED,
        WarningCode.CHANNEL_REFUSED_LATELY, WarningCode.EMAIL_MAY_NOT_ARRIVE, WarningCode.REACH_UNKNOWN,
    }  # fmt: skip


NAMES = st.text(max_size=30) | st.sampled_from(["Jennifer Okafor", "{name}", "%s", "نور حداد", "+353 87 123 4567", ""])


@given(
    row=st.sampled_from(sorted(ROWS)),
    code=st.sampled_from(sorted(WarningCode)),
    name=NAMES,
    later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
    text=st.text(max_size=40),
)
def test_words_hold_for_any_name_time_and_text(
    row: str, code: WarningCode, name: str, later: timedelta, text: str
) -> None:
    s, now, answer = ROWS[row](), NOW + later, Reply(text)
    forecast = compute_forecast(s, answer, now)
    line = sentence(forecast, s, name, now, answer)
    warned = Forecast(forecast.reaches, (ForecastWarning(code), *(w for w in forecast.warned if w.code is not code)))
    title, body = (tell(code, warned, s, name, now, answer) for tell in (warning_title, warning_text))
    for spoken in (line, title, body, sentence(warned, s, name, now, answer)):
        assert spoken.strip() == spoken != ""
        assert "\n" not in spoken
        assert "error" not in spoken.replace(words.first_name(name), "").lower().replace(text.lower() or " ", " ")
        assert "None" not in spoken.replace(words.first_name(name), "")
    assert words.first_name(name) != ""
    assert claimed(line) <= {words.place(k) for k in forecast.reached}


@pytest.mark.parametrize("code", WarningCode)
def test_a_warning_is_a_title_and_two_sentences(code: WarningCode) -> None:
    s = ROWS["closed, Messenger reply"]()
    forecast = Forecast(compute_forecast(s, Reply("Hi"), NOW).reaches, (ForecastWarning(code),))
    title = warning_title(code, forecast, s, "Jennifer", NOW, Reply("Hi"))
    body = warning_text(code, forecast, s, "Jennifer", NOW, Reply("Hi"))
    assert not title.endswith(".")
    assert 2 <= len(re.findall(r"[.](?= |$)", body)) <= 3
    assert "{" not in title + body.replace("{{", "")
    assert len(body) < 240


def test_a_warning_that_stops_a_send_names_the_fact() -> None:
    s = ROWS["closed, Messenger reply"]()
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    assert warning_text(WarningCode.WINDOW_CLOSED, forecast, s, "Jennifer Okafor", NOW, Reply("Hi")) == (
        "Jennifer will see this only in the Messenger. Jennifer's last WhatsApp message was 26 h ago; the one"
        " 6 min ago came from the Messenger and doesn't count."
    )
    assert {c for c in forecast.warnings if SEVERITY[c] >= Verdict.WARN} == {
        WarningCode.WINDOW_CLOSED,
        WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN,
    }


def test_a_colleague_is_named() -> None:
    s = stand(
        conversation(
            "1",
            on_channel(2),
            reply(0.5, author_id="8", author_name="Priya Nair", app_code=OWN_CODE, arrival=2),
            **WHATSAPP,
        )
    )
    answer = Reply("Hi", seen_upto=1, author_id="7")
    forecast = compute_forecast(s, answer, NOW)
    assert "Priya Nair has answered since you began." in sentence(forecast, s, "Jennifer", NOW, answer)


def test_a_match_by_phone_number_is_told_as_the_assumption_it_is() -> None:
    s = replace(ROWS["open, proven"](), phone_only=True)
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    line = sentence(forecast, s, "Jennifer Okafor", NOW, Reply("Hi"))
    assert line.endswith("left. Matched by phone number. Octopods assumes this is Jennifer.")


def test_a_text_of_invisible_characters_cannot_be_sent() -> None:
    s, answer = ROWS["open, proven"](), Reply("\u200b\u2060", draft_id="d-1")
    forecast = compute_forecast(s, answer, NOW)
    assert forecast.verdict is Verdict.BLOCKED
    assert sentence(forecast, s, "Jennifer", NOW, answer).startswith(
        "Nothing to send: there are only invisible characters."
    )


def test_a_busy_channel_is_a_notice() -> None:
    s = ROWS["open, proven"]()
    busy = Forecast(compute_forecast(s, Reply("Hi"), NOW).reaches, (ForecastWarning(WarningCode.CHANNEL_BUSY_LATELY),))
    assert busy.verdict is Verdict.NOTICE
    line = sentence(busy, s, "Jennifer", NOW, Reply("Hi"))
    assert line.endswith("WhatsApp was too busy a moment ago, so this may take longer.")


def test_a_report_closes_the_window_and_is_named() -> None:
    s = stand(chat_with_notice("Not delivered: the 24-hour window has expired."))
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    closed_at = ago(1).astimezone()
    assert sentence(forecast, s, "Jennifer", NOW, Reply("Hi")) == (
        f"Only the Messenger. WhatsApp was reported closed at {closed_at:%H:%M}."
    )

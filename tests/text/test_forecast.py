"""What the forecast line and the warning sheet say: every code, every row of the reach table, any name and time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

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

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import Attachment, ChannelKind, Conversation
from desktop.domain.model.presence import Colleague, PresenceState
from desktop.domain.model.warning import SEVERITY, ForecastWarning, Verdict, WarningCode
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.reach import Certainty, Situation, find_situation
from desktop.text.catalog import use_language
from desktop.text.forecast.context import make_context
from desktop.text.forecast.line import LineText, forecast_line
from desktop.text.forecast.warnings import WarningText, warning_text, warning_texts
from desktop.text.names import first_name, place
from desktop.text.pseudo import PSEUDO_LANGUAGE

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


DIRECT_REFUSAL = ContraryFact(
    ContraryKind.UNREACHABLE,
    ChannelKind.WHATSAPP,
    ago(1),
    ContrarySource.REFUSAL,
    "d1",
    "",
    "+35315550100",
    "+353871234567",
    ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100"),
)
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
    "refused on a direct route": lambda: replace(stand(chat(2)), contrary=(DIRECT_REFUSAL,)),
    "failed for no reason": lambda: stand(chat_with_notice("Message was not delivered.")),
    "mail that bounces": lambda: stand(
        conversation("1", first(2, by_email=True), born_on="email"), email="j@example.com", email_fails=True
    ),
    "phone call": lambda: stand(conversation("1", first(2), born_on="phone_call")),
    "nothing known": lambda: stand(conversation("1", first(2), born_on="telepathy")),
    "nobody wrote": lambda: stand(conversation("1", reply(1))),
}  # fmt: skip


HI = Reply("Hi")


def line_of(
    forecast: Forecast, s: Situation, name: str = "Jennifer Okafor", reply: Reply = HI, now: datetime = NOW
) -> LineText:
    return forecast_line(make_context(forecast, s, name, now, reply))


def text_of(code: WarningCode, forecast: Forecast, s: Situation, reply: Reply = HI) -> WarningText:
    return warning_text(code, make_context(forecast, s, "Jennifer Okafor", NOW, reply))


def said(row: str, text: str = "Hello", **more: object) -> LineText:
    s = ROWS[row]()
    answer = Reply(text, **more)  # type: ignore[arg-type]
    return line_of(compute_forecast(s, answer, NOW), s, reply=answer)


LATEST = "Jennifer's latest message came from the Messenger, which doesn't extend the 24-hour window."
MISSING = "Jennifer's last message isn't on WhatsApp; only your reply will appear there."


@pytest.mark.parametrize(
    ("row", "what", "why"),
    [
        ("open, proven", "Arrives on WhatsApp and in the Messenger · 21 h 58 min left.", ""),
        ("closing, proven", "Arrives on WhatsApp and in the Messenger · 28 min 0 s left.", ""),
        (
            "open, unproven",
            "Reaches the Messenger. Delivery to WhatsApp isn't tested yet.",
            "WhatsApp closes in 21 h 58 min.",
        ),
        (
            "closing, unproven",
            "Reaches the Messenger. Delivery to WhatsApp isn't tested yet. WhatsApp closes in 28 min 0 s.",
            "",
        ),
        ("open, words from the Messenger", MISSING, "WhatsApp closes in 21 h 58 min."),
        ("closed", "Messenger only: WhatsApp closed 2 h 2 min ago.", ""),
        ("closed, Messenger reply", "Messenger only: WhatsApp closed 2 h 2 min ago.", LATEST),
        ("never", "Messenger only: no WhatsApp message from Jennifer is known.", LATEST),
        ("plain, elsewhere", "Jennifer wrote on WhatsApp 10 min ago. A reply here reaches the Messenger only.", ""),
        ("mail, elsewhere", "Jennifer wrote on WhatsApp 10 min ago. A reply here is sent by email only.", ""),
        ("refused", "Messenger only: Octopods doesn't forward replies sent from Reachline.", ""),
        ("plain", "Arrives in the Messenger.", ""),
        ("plain, mail copy", "Arrives in the Messenger.", "If it stays unread, Intercom may email it."),
        ("mail", "Arrives by email.", ""),
        ("mail that bounces", "Might not arrive: email to Jennifer bounced or was marked as spam.", ""),
        ("telegram", "Arrives on Telegram and in the Messenger.", ""),
        ("sms", "Arrives by text message (SMS) and in the Messenger.", ""),
        ("native, open", "Arrives on WhatsApp · 21 h 58 min left.", ""),
        ("native, moved", "This conversation moved to email. A reply might not arrive on WhatsApp.", ""),
        ("blocked", f"Messenger only. Octopods reported at {NOTED:%H:%M} that this number blocked you.", ""),
        (
            "refused on a direct route",
            "Reaches the Messenger. Might not arrive on WhatsApp.",
            f"Twilio reported at {ago(1).astimezone():%H:%M} that Jennifer can't be reached on WhatsApp.",
        ),
        (
            "failed for no reason",
            "Reaches the Messenger. Might not arrive on WhatsApp.",
            f"Octopods reported at {NOTED:%H:%M} that a message wasn't delivered on WhatsApp, for an unknown reason.",
        ),
        (
            "window unknown, gap",
            "Reaches the Messenger. Might not arrive on WhatsApp.",
            "Older messages aren't here, and one of them may have opened the window.",
        ),
        ("mapping weak, open", "Reaches the Messenger. Might not arrive on WhatsApp.", ""),
        (
            "mapping weak, closed",
            "Reaches the Messenger, probably not WhatsApp. No WhatsApp message from Jennifer is known.",
            "",
        ),
        ("phone call", "This was a phone call. Jennifer might not see a written reply.", ""),
        ("nothing known", "Intercom doesn't say where a reply arrives.", ""),
        ("mapping unknown", "Reaches the Messenger. We don't know whether it reaches another channel.", ""),
    ],
)
def test_the_line_tells_place_and_time_left_and_the_reason_where_there_is_room(row: str, what: str, why: str) -> None:
    assert said(row) == LineText(what, why)


@pytest.mark.parametrize("row", ROWS)
def test_the_line_is_short(row: str) -> None:
    assert len(said(row).what) <= 120
    assert "%" not in said(row).whole


def test_a_note_stays_in_the_team() -> None:
    assert said("open, proven", internal=True) == LineText("Note for your team. Jennifer won't see it.")


def test_what_blocks_is_said_first() -> None:
    line = said("open, proven", "Dear {{user.name}}")
    assert line.what.startswith("Fill in {{user.name}} before you send. Arrives on WhatsApp")


def test_a_signed_out_agent_is_promised_nothing() -> None:
    s = replace(ROWS["open, proven"](), signed_in=False)
    line = line_of(compute_forecast(s, Reply("Hi"), NOW), s)
    assert line == LineText("You're signed out of Intercom. Sign in to send.")


def test_every_verdict_of_warn_is_told_on_the_line() -> None:
    answer = Reply("x" * 5000, (Attachment("film.mp4", "", size_bytes=200_000_000),), seen_upto=7)
    s = stand(conversation("1", on_channel(3, arrival=7), on_channel(2, arrival=8), **WHATSAPP))
    line = line_of(compute_forecast(s, answer, NOW), s, reply=answer)
    for fact in ("5,000 of 4,096", "accepts videos up to 16 MB", "a new message from Jennifer"):
        assert fact in line.what


@pytest.mark.parametrize(
    ("colleague", "sentence"),
    [
        (Colleague("anna", PresenceState.TYPING, "Anna"), "Anna is writing here too."),
        (Colleague("anna", PresenceState.QUEUED, "Anna"), "Anna has a reply waiting to be sent here."),
        (Colleague("anna", PresenceState.TYPING), "A teammate is writing here too."),
    ],
)
def test_a_colleague_who_is_about_to_answer_is_told_on_the_line(colleague: Colleague, sentence: str) -> None:
    s, reply = ROWS["open, proven"](), Reply("Hi", colleagues=(colleague,))
    forecast = compute_forecast(s, reply, NOW)
    line = line_of(forecast, s, reply=reply)
    assert line.beside == sentence
    assert line.whole.startswith(f"{line.what} {sentence}")
    [warning] = warning_texts(forecast.warnings, forecast, s, "Jennifer Okafor", NOW, reply)
    assert "two answers" in warning.text


def test_a_colleague_who_looks_is_not_told_on_the_line() -> None:
    s, reply = ROWS["open, proven"](), Reply("Hi", colleagues=(Colleague("anna", PresenceState.LOOKING, "Anna"),))
    assert compute_forecast(s, reply, NOW).warned == ()


def test_a_quoted_message_is_no_longer_missing() -> None:
    missing = said("open, words from the Messenger")
    newest = ROWS["open, words from the Messenger"]().newest_here
    assert newest is not None
    quoted = said("open, words from the Messenger", f"> {newest.entry.text}\nYes.")
    assert missing.what == MISSING
    assert quoted.what == "Arrives on WhatsApp and in the Messenger · 21 h 58 min left."


def test_a_bouncing_address_is_told_also_where_the_customer_is_elsewhere() -> None:
    s = replace(ROWS["mail, elsewhere"](), email_fails=True)
    line = line_of(compute_forecast(s, Reply("Hi"), NOW), s).what
    assert line.endswith("is sent by email only. Might not arrive: email to Jennifer bounced or was marked as spam.")


def test_a_block_outweighs_a_window_that_is_not_known() -> None:
    s = replace(ROWS["blocked"](), is_clock_known=False)
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    assert WarningCode.WINDOW_UNKNOWN in forecast.warnings
    assert line_of(forecast, s).what.startswith("Messenger only. Octopods reported at")


def test_without_the_time_no_window_is_called_open() -> None:
    s = replace(ROWS["open, proven"](), is_clock_known=False)
    assert line_of(compute_forecast(s, Reply("Hi"), NOW), s) == LineText(
        "Reaches the Messenger. Might not arrive on WhatsApp.",
        "We don't have the exact time yet, so we don't know whether WhatsApp is open.",
    )


def claimed(line: LineText) -> set[str]:
    """Places that a line says are reached: those after `Arrives`, and the Messenger where it is named as reached."""
    promise = re.search(r"Arrives ([^.;·,]*)", line.whole)
    places = {place(k) for k in ChannelKind if promise and place(k) in promise.group(1)}
    if re.search(r"Reaches the Messenger|[Mm]essenger only", line.whole):
        places.add(place(ChannelKind.MESSENGER))
    if "only your reply will appear there" in line.what:
        places |= {place(ChannelKind.WHATSAPP), place(ChannelKind.MESSENGER)}
    return places


@pytest.mark.parametrize("row", ROWS)
def test_no_line_claims_a_place_that_is_not_reached(row: str) -> None:
    s = ROWS[row]()
    forecast = compute_forecast(s, Reply("Hello"), NOW)
    line = said(row)
    assert claimed(line) <= {place(k) for k in forecast.reached}
    if any(r.certainty is Certainty.UNPROVEN for r in forecast.reaches):
        assert "isn't tested yet" in line.what
    if forecast.verdict >= Verdict.WARN:
        assert "Arrives" not in line.whole
    if forecast.verdict is Verdict.CLEAR:
        assert claimed(line) == {place(k) for k in forecast.reached}


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
    line = line_of(forecast, s, name, answer, now)
    warned = Forecast(forecast.reaches, (ForecastWarning(code), *(w for w in forecast.warned if w.code is not code)))
    context = make_context(warned, s, name, now, answer)
    spoken_texts = (line.what, line.whole, *warning_text(code, context), *forecast_line(context))
    for spoken in spoken_texts:
        assert spoken.strip() == spoken
        assert "\n" not in spoken
        assert "error" not in spoken.replace(first_name(name), "").lower().replace(text.lower() or " ", " ")
        assert "None" not in spoken.replace(first_name(name), "")
    assert all((line.what, *warning_text(code, context)))
    assert first_name(name) != ""
    assert claimed(line) <= {place(k) for k in forecast.reached}


@pytest.mark.parametrize("code", WarningCode)
def test_a_warning_is_a_title_and_two_sentences(code: WarningCode) -> None:
    s = ROWS["closed, Messenger reply"]()
    forecast = Forecast(compute_forecast(s, Reply("Hi"), NOW).reaches, (ForecastWarning(code),))
    title, body = text_of(code, forecast, s)
    assert not title.endswith(".")
    assert 2 <= len(re.findall(r"[.](?= |$)", body)) <= 3
    assert "{" not in title + body.replace("{{", "")
    assert len(body) < 240


def test_a_warning_that_stops_a_send_names_the_fact() -> None:
    s = ROWS["closed, Messenger reply"]()
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    assert text_of(WarningCode.WINDOW_CLOSED, forecast, s) == (
        "Won't arrive on WhatsApp",
        "Jennifer will see this only in the Messenger. WhatsApp closed 2 h 2 min ago, and Jennifer's latest message"
        " came from the Messenger, which doesn't extend the 24-hour window.",
    )
    assert {c for c in forecast.warnings if SEVERITY[c] >= Verdict.WARN} == {
        WarningCode.WINDOW_CLOSED,
        WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN,
    }


def test_a_message_that_is_not_the_latest_of_all_is_not_called_so() -> None:
    s = stand(chat(26, messenger=2), conversation("2", on_channel(1), **WHATSAPP))
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    assert WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in forecast.warnings
    assert text_of(WarningCode.WINDOW_CLOSED, forecast, s)[1] == (
        "Jennifer will see this only in the Messenger. WhatsApp closed 2 h 2 min ago."
    )


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
    assert "Priya Nair has also replied." in line_of(forecast, s, reply=answer).what


def test_a_match_by_phone_number_is_told_as_the_assumption_it_is() -> None:
    s = replace(ROWS["open, proven"](), phone_only=True)
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    line = line_of(forecast, s).what
    assert line.endswith("left. Matched by phone number. Octopods assumes this is Jennifer.")


def test_a_text_of_invisible_characters_cannot_be_sent() -> None:
    s, answer = ROWS["open, proven"](), Reply("\u200b\u2060", draft_id="d-1")
    forecast = compute_forecast(s, answer, NOW)
    assert forecast.verdict is Verdict.BLOCKED
    line = line_of(forecast, s, reply=answer).what
    assert line.startswith("Nothing to send: the text has only invisible characters.")


def test_a_busy_channel_is_a_notice() -> None:
    s = ROWS["open, proven"]()
    busy = Forecast(compute_forecast(s, Reply("Hi"), NOW).reaches, (ForecastWarning(WarningCode.CHANNEL_BUSY_LATELY),))
    assert busy.verdict is Verdict.NOTICE
    line = line_of(busy, s).what
    assert line.endswith("WhatsApp was busy a moment ago, so this may take longer.")


def test_a_report_closes_the_window_and_is_named() -> None:
    s = stand(chat_with_notice("Not delivered: the 24-hour window has expired."))
    forecast = compute_forecast(s, Reply("Hi"), NOW)
    closed_at = ago(1).astimezone()
    assert line_of(forecast, s).what == f"Messenger only: WhatsApp was reported closed at {closed_at:%H:%M}."


def outside_catalogue(text: str) -> str:
    """What stands outside the brackets of the pseudo-language."""
    while (inner := re.sub(r"\[[^\[\]]*\]", "", text)) != text:
        text = inner
    return text.strip(" ·")


@pytest.mark.parametrize("row", ROWS)
def test_every_word_comes_from_the_catalogue(row: str) -> None:
    use_language(PSEUDO_LANGUAGE)
    try:
        s = ROWS[row]()
        forecast = compute_forecast(s, HI, NOW)
        context = make_context(forecast, s, "Jennifer Okafor", NOW, HI)
        shown = [*forecast_line(context), *(t for code in WarningCode for t in warning_text(code, context))]
    finally:
        use_language("en")
    assert [text for text in shown if outside_catalogue(text)] == []

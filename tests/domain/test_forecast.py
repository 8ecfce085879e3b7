"""What would happen on Send: the words themselves, what the agent may not have seen, and what was accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from conversation_factory import (
    MINUTE,
    NOW,
    OWN_CODE,
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    entry,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import Attachment, ChannelKind, Conversation, Entry, EntryKind, Role
from desktop.domain.model.warning import SEVERITY, ForecastWarning, Verdict, WarningCode
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.reach import Certainty, Reach, find_situation

W = WarningCode
WA, MESSENGER = ChannelKind.WHATSAPP, ChannelKind.MESSENGER
TAGS = ("whatsapp",)
OPEN = conversation("1", first(2), tags=TAGS)
CLOSED = conversation("1", first(30), tags=TAGS)
PLAIN = conversation("1", first(5), page_url=PAGE)
MICROSECOND = timedelta(microseconds=1)


def judge(
    *held: Conversation,
    words: Reply | None = None,
    workspace: Workspace = WORKSPACE,
    now: datetime = NOW,
    **more: object,
) -> Forecast:
    thread = assemble_thread(held, [jennifer()], workspace, **more)  # type: ignore[arg-type]
    return compute_forecast(find_situation(thread, held[0].id, workspace), words or Reply("Hello"), now)


# --- what is sent --------------------------------------------------------------------------------------------------


def file(size: int | None, name: str = "film.pdf") -> Attachment:
    return Attachment(name, "", size_bytes=size)


def on(tag: str) -> Conversation:
    return conversation("1", first(2), tags=(tag,))


@pytest.mark.parametrize(
    ("held", "words", "code"),
    [
        (OPEN, Reply("x" * 4097), W.TEXT_TOO_LONG),
        (on("telegram"), Reply("x" * 4097), W.TEXT_TOO_LONG),
        (on("twilio"), Reply("x" * 1601), W.TEXT_TOO_LONG),
        (conversation("1", first(2), born_on="whatsapp"), Reply("x" * 4097), W.TEXT_TOO_LONG),
        (OPEN, Reply("Hi", (file(100_000_001),)), W.ATTACHMENT_REFUSED),
        (OPEN, Reply("Hi", (file(1), file(100_000_001))), W.ATTACHMENT_REFUSED),
        (on("telegram"), Reply("Hi", (file(50_000_001),)), W.ATTACHMENT_REFUSED),
        (on("twilio"), Reply("Hi", (file(5_000_001),)), W.ATTACHMENT_REFUSED),
        (OPEN, Reply("Hi", beyond_text=True), W.CONTENT_MAY_NOT_RELAY),
        (conversation("1", first(2)), Reply("Hi", beyond_text=True), W.CONTENT_MAY_NOT_RELAY),
        (OPEN, Reply('Hi {{user.name|fallback:"there"}}'), W.UNRESOLVED_PLACEHOLDER),
        (OPEN, Reply("Hi", offline=True), W.QUEUED_OFFLINE),
        (OPEN, Reply("Hi", earlier_unconfirmed=True), W.EARLIER_REPLY_UNCONFIRMED),
        (OPEN, Reply("", draft_id="d1"), W.EMPTY_TEXT),
        (OPEN, Reply(" \n\u200b\u2060\u00ad", draft_id="d1"), W.EMPTY_TEXT),
    ],
)
def test_warnings_about_what_is_sent(held: Conversation, words: Reply, code: WarningCode) -> None:
    assert code in judge(held, words=words).warnings


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (OPEN, Reply("x" * 4096)),
        (on("telegram"), Reply("x" * 4096)),
        (on("twilio"), Reply("x" * 1600)),
        (PLAIN, Reply("x" * 9999)),
        (OPEN, Reply("Hi", (file(100_000_000),))),
        (on("telegram"), Reply("Hi", (file(50_000_000),))),
        (on("twilio"), Reply("Hi", (file(5_000_000),))),
        (PLAIN, Reply("Hi", (file(900_000_000),))),
        (OPEN, Reply("Hi", (file(None),))),
        (PLAIN, Reply("Hi", beyond_text=True)),
        (OPEN, Reply("")),
        (OPEN, Reply("", (file(1),), draft_id="d1")),
        (OPEN, Reply("👍", draft_id="d1")),
    ],
)
def test_nothing_to_warn_of(held: Conversation, words: Reply) -> None:
    assert judge(held, words=words).warnings == ()


def test_where_only_the_messenger_is_reached_its_limits_count() -> None:
    found = judge(CLOSED, words=Reply("x" * 5000, (file(100_000_001),), beyond_text=True))
    assert found.warnings == (W.WINDOW_CLOSED,)
    mail = conversation("1", first(2), born_on="email")
    assert judge(mail, words=Reply("x" * 9999, beyond_text=True)).warnings == ()
    mailed = assemble_thread([CLOSED], [jennifer(takes_email=True)], WORKSPACE)
    found = compute_forecast(find_situation(mailed, "1", WORKSPACE), Reply("Hi", beyond_text=True), NOW)
    assert found.warnings == (W.WINDOW_CLOSED,)


def test_a_note_reaches_nobody_and_only_the_sending_is_warned_of() -> None:
    found = judge(CLOSED, words=Reply("call them", internal=True))
    assert (found.reaches, found.verdict, found.warned) == ((), Verdict.CLEAR, ())
    words = Reply("{{x}}", internal=True, offline=True, seen_upto=0)
    assert set(judge(CLOSED, words=words).warnings) == {W.UNRESOLVED_PLACEHOLDER, W.QUEUED_OFFLINE}


def test_signed_out_blocks() -> None:
    found = judge(OPEN, workspace=replace(WORKSPACE, signed_in=False))
    assert (found.verdict, found.warnings) == (Verdict.BLOCKED, (W.SIGNED_OUT,))


# --- what was just said --------------------------------------------------------------------------------------------

SAID = conversation("1", first(3), reply(10 * MINUTE, "On  its way", id="55"), page_url=PAGE)


@pytest.mark.parametrize(
    ("held", "words", "now", "told"),
    [
        (SAID, Reply(" On its\nway "), NOW - MICROSECOND, True),
        (SAID, Reply(" On its\nway "), NOW, False),
        (SAID, Reply("On its way!"), NOW - MICROSECOND, False),
        (SAID, Reply("On its way", template="t"), NOW - MICROSECOND, False),
        (conversation("1", first(3), reply(0.1, "")), Reply(""), NOW, False),
        (OPEN, Reply("Where is my parcel?"), NOW, False),
    ],
)
def test_the_same_text_again_within_ten_minutes(held: Conversation, words: Reply, now: datetime, *, told: bool) -> None:
    found = judge(held, words=words, now=now)
    assert (ForecastWarning(W.SAME_TEXT_JUST_SENT, frozenset({"55"})) in found.warned) is told
    assert (W.SAME_TEXT_JUST_SENT in found.warnings) is told


@pytest.mark.parametrize(
    ("delivery", "told"), [(Delivery.ACCEPTED, True), (Delivery.READ, True), (Delivery.FAILED, False)]
)
def test_what_did_not_arrive_may_be_said_again(delivery: Delivery, *, told: bool) -> None:
    route = Route(ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+1"), "+353871234567", "+1")
    sent = DirectSent("d1", "SM1", "1", route, "Hello", ago(MINUTE), delivery=delivery)
    assert (W.SAME_TEXT_JUST_SENT in judge(PLAIN, direct=[sent]).warnings) is told


# --- seen, not newer -----------------------------------------------------------------------------------------------


def seen(*entries: Entry, upto: int | None = 10, author_id: str = "7001", **more: object) -> dict[WarningCode, object]:
    held = conversation(
        "1", first(9, arrival=1), reply(8, arrival=10, author_id="7002"), *entries, page_url=PAGE, **more
    )
    found = judge(held, words=Reply("Hi", seen_upto=upto, author_id=author_id))
    return {w.code: w.ids for w in found.warned}


ELEVEN = {"id": "77", "arrival": 11}


@pytest.mark.parametrize(
    ("late", "code"),
    [
        pytest.param(in_messenger(1, **ELEVEN), W.NEWER_CUSTOMER_MESSAGE, id="the customer's message"),
        pytest.param(in_messenger(8.5, **ELEVEN), W.NEWER_CUSTOMER_MESSAGE, id="older by the clock, known only now"),
        pytest.param(in_messenger(1, id="77", arrival=10), None, id="seen"),
        pytest.param(in_messenger(1, id="77", arrival=0), None, id="not stored"),
        pytest.param(entry(1, role=Role.UNKNOWN, **ELEVEN), W.NEWER_CUSTOMER_MESSAGE, id="an unknown author's"),
        pytest.param(
            entry(1, kind=EntryKind.UNKNOWN, **ELEVEN), W.NEWER_CUSTOMER_MESSAGE, id="the customer's, of unknown kind"
        ),
        pytest.param(reply(1, author_id="7002", **ELEVEN), W.TEAMMATE_ANSWERED, id="another person's reply"),
        pytest.param(reply(1, author_id="7001", **ELEVEN), None, id="one's own reply"),
        pytest.param(entry(1, role=Role.BOT, author_id="7001", **ELEVEN), W.TEAMMATE_ANSWERED, id="a bot's reply"),
        pytest.param(
            entry(1, role=Role.TEAMMATE, author_id="7002", kind=EntryKind.NOTE, **ELEVEN), None, id="a teammate's note"
        ),
        pytest.param(replace(failure_note(1, "Assigned to Sam"), **ELEVEN), None, id="the bridge's note"),
        pytest.param(entry(1, role=Role.TEAMMATE, kind=EntryKind.EVENT, **ELEVEN), None, id="an event"),
    ],
)
def test_what_the_agent_did_not_see(late: Entry, code: WarningCode | None) -> None:
    assert seen(late) == ({} if code is None else {code: frozenset({"77"})})
    assert seen(late, upto=11) == {}
    assert seen(late, upto=None) == {}


def test_what_is_a_day_older_than_the_newest_entry_shown_is_history() -> None:
    assert seen(in_messenger(32, **ELEVEN)) == {W.NEWER_CUSTOMER_MESSAGE: frozenset({"77"})}
    just_older = in_messenger(32, sent_at=ago(32) - MICROSECOND, **ELEVEN)
    assert seen(just_older) == {}
    # Nothing was shown yet: everything is news.
    assert W.NEWER_CUSTOMER_MESSAGE in seen(just_older, upto=0)
    # Only what was shown counts as shown.
    assert seen(in_messenger(32, **ELEVEN), in_messenger(0, id="78", arrival=12)) == {
        W.NEWER_CUSTOMER_MESSAGE: frozenset({"77", "78"})
    }
    assert seen(in_messenger(32, **ELEVEN), in_messenger(0, id="78", arrival=0)) == {
        W.NEWER_CUSTOMER_MESSAGE: frozenset({"77"})
    }


def test_words_in_other_conversations_of_the_customer_count_too() -> None:
    late = conversation("2", in_messenger(1, **ELEVEN), page_url=PAGE)
    found = judge(PLAIN, late, words=Reply("Hi", seen_upto=10))
    assert ForecastWarning(W.NEWER_CUSTOMER_MESSAGE, frozenset({"77"})) in found.warned


# --- the verdict ---------------------------------------------------------------------------------------------------


def test_reached_are_the_places_that_are_not_uncertain() -> None:
    found = Forecast((Reach(WA, Certainty.UNPROVEN), Reach(MESSENGER), Reach(ChannelKind.EMAIL, Certainty.UNCERTAIN)))
    assert found.reached == {WA, MESSENGER}
    assert (found.verdict, found.warnings) == (Verdict.CLEAR, ())


def test_worst_first_and_no_code_twice() -> None:
    trap = conversation("1", first(40), on_channel(30), in_messenger(0.2, id="99"), tags=TAGS)
    found = judge(trap, words=Reply("Hi {{name}}", offline=True))
    assert found.warnings == (
        W.UNRESOLVED_PLACEHOLDER,
        W.WINDOW_CLOSED,
        W.MESSENGER_REPLY_DID_NOT_REOPEN,
        W.QUEUED_OFFLINE,
    )
    assert found.verdict is Verdict.BLOCKED
    two = conversation("1", first(2), tags=("twilio",))
    assert judge(two, words=Reply("x" * 5000)).warnings == (W.TEXT_TOO_LONG,)


def test_a_warning_is_accepted_by_its_code_and_the_ids_it_rests_on() -> None:
    found = Forecast(
        (), (ForecastWarning(W.NEWER_CUSTOMER_MESSAGE, frozenset({"1", "2"})), ForecastWarning(W.QUEUED_OFFLINE))
    )
    assert found.unacknowledged(frozenset()) == found.warned[:1]
    assert found.unacknowledged(frozenset({(W.NEWER_CUSTOMER_MESSAGE, "1")})) == found.warned[:1]
    both = frozenset({(W.NEWER_CUSTOMER_MESSAGE, "1"), (W.NEWER_CUSTOMER_MESSAGE, "2"), (W.WINDOW_CLOSED, "")})
    assert found.unacknowledged(both) == ()
    closed = Forecast((), (ForecastWarning(W.WINDOW_CLOSED), ForecastWarning(W.SIGNED_OUT)))
    assert closed.unacknowledged(frozenset({(W.WINDOW_CLOSED, "")})) == closed.warned[1:]
    assert closed.unacknowledged(frozenset({(W.WINDOW_CLOSED, "1")})) == closed.warned


# --- properties ----------------------------------------------------------------------------------------------------

ages = st.integers(0, 72 * 60).map(lambda minutes: minutes / 60)
talk_entries = st.lists(
    st.one_of(
        st.builds(on_channel, ages),
        st.builds(in_messenger, ages),
        st.builds(lambda age: in_messenger(age, by_email=True), ages),
        st.builds(lambda age: on_channel(age, app_code="stranger"), ages),
        st.builds(reply, ages),
        st.builds(failure_note, ages),
    ),
    max_size=8,
)


@given(talk_entries, talk_entries, st.sampled_from(Relay), st.integers(0, 48 * 60))
def test_a_channel_is_never_promised_while_its_window_is_closed(
    one: list[Entry], two: list[Entry], relayed: Relay, minutes: int
) -> None:
    held = [conversation("1", *one, tags=TAGS), conversation("2", *two, tags=TAGS)]
    now = NOW + timedelta(minutes=minutes)
    found = judge(*held, workspace=replace(WORKSPACE, relay={WA: relayed}), now=now)
    on_whatsapp = [e.sent_at for e in (*one, *two) if e.role is Role.CUSTOMER and e.app_code == "bridge-app"]
    is_open = any(now < at + timedelta(hours=24) for at in on_whatsapp)
    assert is_open or WA not in found.reached
    assert relayed is not Relay.REFUSED or WA not in found.reached
    ranks = [SEVERITY[w] for w in found.warnings]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(found.warnings)) == len(found.warnings)


@given(st.text(), st.booleans(), st.booleans())
def test_no_text_breaks_anything(text: str, internal: bool, offline: bool) -> None:
    words = Reply(text, internal=internal, offline=offline, draft_id="d1", seen_upto=0)
    found = judge(OPEN, words=words)
    assert (W.QUEUED_OFFLINE in found.warnings) is offline
    assert (W.EMPTY_TEXT in found.warnings) >= (text.strip() == "")
    assert OWN_CODE == "reachline-app"

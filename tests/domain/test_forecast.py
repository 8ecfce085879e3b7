"""Every row of the reach table, and every warning about what is being sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talk import NOW, WORKSPACE, ago, conversation, first, in_messenger, jennifer, on_channel, reply

from desktop.domain.facts import Attachment, ChannelKind, Contact, Conversation, Entry, Role
from desktop.domain.forecast import Forecast, Reply, forecast
from desktop.domain.outgoing import TRANSITIONS, Event, IllegalMove, State, advance, unresolved_placeholder
from desktop.domain.reach import Reach, Sureness, situation
from desktop.domain.thread import assemble
from desktop.domain.warning import SEVERITY, Verdict, WarningCode
from desktop.domain.workspace import Relay, Workspace

W = WarningCode
WHATSAPP = ("whatsapp",)
ON_WHATSAPP = (Reach(ChannelKind.WHATSAPP), Reach(ChannelKind.MESSENGER))
MAYBE_WHATSAPP = (Reach(ChannelKind.WHATSAPP, Sureness.UNCERTAIN), Reach(ChannelKind.MESSENGER))
MESSENGER_ONLY = (Reach(ChannelKind.MESSENGER),)


def relay(state: Relay) -> Workspace:
    return replace(WORKSPACE, relay={ChannelKind.WHATSAPP: state})


def judge(
    *held: Conversation,
    workspace: Workspace = WORKSPACE,
    contact: Contact | None = None,
    words: Reply | None = None,
) -> Forecast:
    """Forecast for a reply in the first of these conversations."""
    thread = assemble(held, [contact or jennifer()], workspace)
    return forecast(situation(thread, held[0].id, workspace), words or Reply("Hello"), NOW)


OPEN = conversation("1", first(2), tags=WHATSAPP)
CLOSED = conversation("1", first(30), tags=WHATSAPP)
TRAP = conversation("1", first(50), on_channel(26), in_messenger(0.1), tags=WHATSAPP)
PLAIN = conversation("1", first(9), in_messenger(5), page_url="https://shop.example")


@pytest.mark.parametrize(
    ("held", "workspace", "reaches", "warnings", "verdict"),
    [
        pytest.param([OPEN], WORKSPACE, ON_WHATSAPP, (), Verdict.CLEAR, id="open, proven"),
        pytest.param(
            [conversation("1", first(23.5), tags=WHATSAPP)],
            WORKSPACE,
            ON_WHATSAPP,
            (W.CLOSING_SOON,),
            Verdict.NOTICE,
            id="closing",
        ),
        pytest.param(
            [OPEN],
            relay(Relay.UNPROVEN),
            (Reach(ChannelKind.WHATSAPP, Sureness.UNPROVEN), Reach(ChannelKind.MESSENGER)),
            (W.RELAY_UNPROVEN,),
            Verdict.NOTICE,
            id="open, unproven",
        ),
        pytest.param(
            [conversation("1", first(9), in_messenger(1), tags=WHATSAPP)],
            WORKSPACE,
            ON_WHATSAPP,
            (W.CUSTOMER_WORDS_MISSING_ON_CHANNEL,),
            Verdict.NOTICE,
            id="open, her newest words are only in the Messenger",
        ),
        pytest.param(
            [conversation("1", first(9), in_messenger(1, by_email=True), tags=WHATSAPP)],
            WORKSPACE,
            ON_WHATSAPP,
            (W.CUSTOMER_WORDS_MISSING_ON_CHANNEL,),
            Verdict.NOTICE,
            id="open, her newest words came by e-mail",
        ),
        pytest.param([CLOSED], WORKSPACE, MESSENGER_ONLY, (W.WINDOW_CLOSED,), Verdict.WARN, id="closed"),
        pytest.param(
            [CLOSED], relay(Relay.UNPROVEN), MESSENGER_ONLY, (W.WINDOW_CLOSED,), Verdict.WARN, id="closed, unproven"
        ),
        pytest.param(
            [TRAP],
            WORKSPACE,
            MESSENGER_ONLY,
            (W.WINDOW_CLOSED, W.MESSENGER_REPLY_DID_NOT_REOPEN),
            Verdict.WARN,
            id="the trap",
        ),
        pytest.param(
            [conversation("1", first(80), on_channel(70), in_messenger(30), tags=WHATSAPP)],
            WORKSPACE,
            MESSENGER_ONLY,
            (W.WINDOW_CLOSED,),
            Verdict.WARN,
            id="closed, her Messenger words are old too",
        ),
        pytest.param(
            [conversation("1", reply(3), tags=WHATSAPP)],
            WORKSPACE,
            MESSENGER_ONLY,
            (W.WINDOW_CLOSED,),
            Verdict.WARN,
            id="never opened",
        ),
        pytest.param(
            [conversation("1", in_messenger(5), tags=WHATSAPP, unseen_before=ago(5))],
            WORKSPACE,
            MAYBE_WHATSAPP,
            (W.WINDOW_UNKNOWN,),
            Verdict.WARN,
            id="history incomplete",
        ),
        pytest.param([OPEN], relay(Relay.REFUSED), MESSENGER_ONLY, (W.RELAY_REFUSED,), Verdict.WARN, id="refused"),
        pytest.param([PLAIN], WORKSPACE, MESSENGER_ONLY, (), Verdict.CLEAR, id="plain"),
        pytest.param(
            [PLAIN, conversation("2", first(1), tags=WHATSAPP)],
            WORKSPACE,
            MESSENGER_ONLY,
            (W.CUSTOMER_IS_ELSEWHERE,),
            Verdict.WARN,
            id="plain, she has since written on WhatsApp",
        ),
        pytest.param(
            [PLAIN, conversation("2", first(7), tags=WHATSAPP)],
            WORKSPACE,
            MESSENGER_ONLY,
            (),
            Verdict.CLEAR,
            id="plain, her WhatsApp message is older",
        ),
        pytest.param(
            [PLAIN, conversation("2", first(1), page_url="https://shop.example")],
            WORKSPACE,
            MESSENGER_ONLY,
            (),
            Verdict.CLEAR,
            id="plain, she wrote in the Messenger again",
        ),
        pytest.param(
            [conversation("1", first(5, by_email=True), born_on="email")],
            WORKSPACE,
            (Reach(ChannelKind.EMAIL),),
            (),
            Verdict.CLEAR,
            id="e-mail",
        ),
        pytest.param(
            [conversation("1", first(5, by_email=True), born_on="email"), conversation("2", first(1), tags=WHATSAPP)],
            WORKSPACE,
            (Reach(ChannelKind.EMAIL),),
            (W.CUSTOMER_IS_ELSEWHERE,),
            Verdict.WARN,
            id="e-mail, she has since written on WhatsApp",
        ),
        pytest.param(
            [conversation("1", first(2), born_on="whatsapp")],
            WORKSPACE,
            (Reach(ChannelKind.WHATSAPP),),
            (),
            Verdict.CLEAR,
            id="Intercom's WhatsApp, open",
        ),
        pytest.param(
            [conversation("1", first(23.5), born_on="whatsapp")],
            WORKSPACE,
            (Reach(ChannelKind.WHATSAPP),),
            (W.CLOSING_SOON,),
            Verdict.NOTICE,
            id="Intercom's WhatsApp, closing",
        ),
        pytest.param(
            [conversation("1", first(30), born_on="facebook")],
            WORKSPACE,
            (),
            (W.WINDOW_CLOSED,),
            Verdict.WARN,
            id="Intercom's Facebook, closed: nowhere sure",
        ),
        pytest.param(
            [conversation("1", reply(5), born_on="whatsapp", unseen_before=ago(5))],
            WORKSPACE,
            (Reach(ChannelKind.WHATSAPP, Sureness.UNCERTAIN),),
            (W.WINDOW_UNKNOWN,),
            Verdict.WARN,
            id="Intercom's WhatsApp, unknown",
        ),
        pytest.param(
            [conversation("1", first(90), tags=("telegram",))],
            WORKSPACE,
            (Reach(ChannelKind.TELEGRAM), Reach(ChannelKind.MESSENGER)),
            (),
            Verdict.CLEAR,
            id="Telegram has no window",
        ),
    ],
)
def test_reach_table(
    held: list[Conversation],
    workspace: Workspace,
    reaches: tuple[Reach, ...],
    warnings: tuple[WarningCode, ...],
    verdict: Verdict,
) -> None:
    found = judge(*held, workspace=workspace)
    assert (found.reaches, found.warnings, found.verdict) == (reaches, warnings, verdict)


def test_possibly_mapped_is_said_to_be_uncertain() -> None:
    found = judge(conversation("1", first(2)), contact=jennifer(bridge_attributes={"octopods_channel": "whatsapp"}))
    assert found.reaches == (Reach(ChannelKind.UNKNOWN, Sureness.UNCERTAIN), Reach(ChannelKind.MESSENGER))
    assert found.warnings == (W.MAPPING_UNKNOWN,)
    assert found.reached == {ChannelKind.MESSENGER}


@pytest.mark.parametrize(("age", "warnings"), [(2, {W.MAPPING_WEAK}), (30, {W.MAPPING_WEAK, W.WINDOW_CLOSED})])
def test_a_channel_known_only_from_the_contact_is_never_promised(age: float, warnings: set[WarningCode]) -> None:
    contact = jennifer(bridge_attributes={"octopods_channel": "whatsapp"})
    found = judge(conversation("1", first(40), on_channel(age)), contact=contact)
    assert found.reaches == MAYBE_WHATSAPP
    assert set(found.warnings) == warnings


def test_an_e_mail_copy_is_possible_but_never_promised() -> None:
    found = judge(PLAIN, contact=jennifer(email="j@example.com", takes_email=True))
    assert found.reaches == (Reach(ChannelKind.MESSENGER), Reach(ChannelKind.EMAIL, Sureness.UNCERTAIN))
    assert found.verdict is Verdict.CLEAR


def test_a_note_reaches_nobody_and_warns_of_nothing() -> None:
    found = judge(TRAP, words=Reply("call her", internal=True))
    assert (found.reaches, found.verdict) == ((), Verdict.CLEAR)


ANSWERED = conversation(
    "1", first(3), reply(2, "On its way", author_id="7002"), in_messenger(1), page_url="https://x.example"
)


@pytest.mark.parametrize(
    ("held", "words", "code"),
    [
        (OPEN, Reply("x" * 4097), W.TEXT_TOO_LONG),
        (OPEN, Reply("Hi", (Attachment("film.mp4", "", size_bytes=100_000_001),)), W.ATTACHMENT_REFUSED),
        (OPEN, Reply("Hi", beyond_text=True), W.CONTENT_MAY_NOT_RELAY),
        (OPEN, Reply('Hi {{user.name|fallback:"there"}}'), W.UNRESOLVED_PLACEHOLDER),
        (OPEN, Reply("Hi", offline=True), W.QUEUED_OFFLINE),
        (OPEN, Reply("Hi", earlier_unconfirmed=True), W.EARLIER_REPLY_UNCONFIRMED),
        (ANSWERED, Reply("Hi", begun_at=ago(1.5)), W.NEWER_CUSTOMER_MESSAGE),
        (ANSWERED, Reply("Hi", begun_at=ago(2.5), author_id="7001"), W.TEAMMATE_ANSWERED),
        (conversation("1", first(3), reply(0.1, "On  its way")), Reply(" On its\nway "), W.SAME_TEXT_JUST_SENT),
    ],
)
def test_warnings_about_what_is_sent(held: Conversation, words: Reply, code: WarningCode) -> None:
    assert code in judge(held, words=words).warnings


@pytest.mark.parametrize(
    ("held", "words", "code"),
    [
        (OPEN, Reply("x" * 4096), W.TEXT_TOO_LONG),
        (PLAIN, Reply("x" * 9999), W.TEXT_TOO_LONG),
        (OPEN, Reply("Hi", (Attachment("film.mp4", "", size_bytes=100_000_000),)), W.ATTACHMENT_REFUSED),
        (OPEN, Reply("Hi", (Attachment("film.mp4", ""),)), W.ATTACHMENT_REFUSED),
        (PLAIN, Reply("Hi", beyond_text=True), W.CONTENT_MAY_NOT_RELAY),
        (ANSWERED, Reply("Hi", begun_at=ago(0.5)), W.NEWER_CUSTOMER_MESSAGE),
        (ANSWERED, Reply("Hi", begun_at=ago(2.5), author_id="7002"), W.TEAMMATE_ANSWERED),
        (ANSWERED, Reply("On its way"), W.SAME_TEXT_JUST_SENT),
    ],
)
def test_no_warning_where_there_is_nothing_to_warn_of(held: Conversation, words: Reply, code: WarningCode) -> None:
    assert code not in judge(held, words=words).warnings


def test_signed_out_blocks() -> None:
    found = judge(OPEN, workspace=replace(WORKSPACE, signed_in=False))
    assert found.verdict is Verdict.BLOCKED
    assert found.verdict.word == "blocked"


def test_worst_first_and_acknowledged_codes_do_not_ask_again() -> None:
    found = judge(TRAP, words=Reply("Hi {{name}}", offline=True))
    assert [SEVERITY[w] for w in found.warnings] == sorted((SEVERITY[w] for w in found.warnings), reverse=True)
    assert found.unacknowledged(frozenset({W.WINDOW_CLOSED, W.UNRESOLVED_PLACEHOLDER})) == (
        W.MESSENGER_REPLY_DID_NOT_REOPEN,
    )


def test_every_warning_has_a_weight() -> None:
    assert set(SEVERITY) == set(WarningCode)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("happening", list(Event))
def test_life_of_a_reply(state: State, happening: Event) -> None:
    if (state, happening) in TRANSITIONS:
        assert advance(state, happening) is TRANSITIONS[state, happening]
    else:
        with pytest.raises(IllegalMove):
            advance(state, happening)


def test_nothing_leaves_accepted_or_cancelled() -> None:
    assert not {state for state, _ in TRANSITIONS} & {State.ACCEPTED, State.CANCELLED}


@pytest.mark.parametrize(
    ("text", "placeholder"),
    [
        ("Hi {{user.name}}!", "{{user.name}}"),
        ('<attribute key="user.name" default="there"/>', '<attribute key="user.name" default="there"/>'),
        ("Hi {there}", None),
        ("", None),
    ],
)
def test_placeholders(text: str, placeholder: str | None) -> None:
    assert unresolved_placeholder(text) == placeholder


ages = st.integers(0, 72 * 60).map(lambda minutes: minutes / 60)
talk_entries = st.lists(
    st.one_of(
        st.builds(on_channel, ages),
        st.builds(in_messenger, ages),
        st.builds(lambda age: in_messenger(age, by_email=True), ages),
        st.builds(lambda age: on_channel(age, app_code="stranger"), ages),
        st.builds(reply, ages),
    ),
    max_size=8,
)


@given(talk_entries, talk_entries, st.sampled_from(Relay), st.integers(0, 48 * 60))
def test_a_channel_is_never_promised_while_its_window_is_closed(
    one: list[Entry], two: list[Entry], relayed: Relay, minutes: int
) -> None:
    held = [conversation("1", *one, tags=WHATSAPP), conversation("2", *two, tags=WHATSAPP)]
    workspace = relay(relayed)
    thread = assemble(held, [jennifer()], workspace)
    now = NOW + timedelta(minutes=minutes)
    found = forecast(situation(thread, "1", workspace), Reply("Hi"), now)
    on_whatsapp = [e.sent_at for e in (*one, *two) if e.role is Role.CUSTOMER and e.app_code == "bridge-app"]
    is_open = any(now < at + timedelta(hours=24) for at in on_whatsapp)
    assert is_open or ChannelKind.WHATSAPP not in found.reached
    assert relayed is not Relay.REFUSED or ChannelKind.WHATSAPP not in found.reached


@given(talk_entries, st.lists(st.builds(in_messenger, ages), min_size=1, max_size=4))
def test_words_from_another_channel_never_extend_a_window(one: list[Entry], elsewhere: list[Entry]) -> None:
    before = assemble([conversation("1", *one, tags=WHATSAPP)], [jennifer()], WORKSPACE)
    after = assemble(
        [
            conversation("1", *one, *elsewhere, tags=WHATSAPP),
            conversation("2", *elsewhere, page_url="https://shop.example"),
        ],
        [jennifer()],
        WORKSPACE,
    )
    assert after.chat("1").window.closes_at == before.chat("1").window.closes_at


@given(talk_entries, talk_entries, st.randoms())
def test_the_order_in_which_facts_arrive_does_not_matter(one: list[Entry], two: list[Entry], random: object) -> None:
    held = [conversation("1", *one, tags=WHATSAPP), conversation("2", *two)]
    contacts = [jennifer(), jennifer(id="c2")]
    straight = assemble(held, contacts, WORKSPACE)
    shuffled = [replace(c, entries=tuple(random.sample(c.entries, len(c.entries)))) for c in reversed(held)]  # type: ignore[attr-defined]
    again = assemble(shuffled, reversed(contacts), WORKSPACE)
    assert again.messages == straight.messages
    for chat, other in zip(straight.chats, again.chats, strict=True):
        assert (chat.id, chat.mapping, chat.window) == (other.id, other.mapping, other.window)

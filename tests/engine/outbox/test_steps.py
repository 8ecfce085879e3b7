"""Sending: from Send to a provider's answer; each text reaches the provider at most once, and none is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from msgspec import structs
from reasons import said

from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import EntryKind, Role
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.reason import make_reason
from desktop.domain.model.warning import Verdict, WarningCode, acknowledge
from desktop.engine.commands import Done, Failed, NeedsConsent, ResolvePending, SaveDraft, SendReply
from desktop.ports import NotSent, OutcomeUnknown, OutgoingFile, ProviderError, ProviderErrorKind, Refused
from tests.helpers.database import table_names

HOUR = timedelta(hours=1)
PHOTO = OutgoingFile("parcel.jpg", "image/jpeg", b"\xff\xd8 bytes")


def reply(text="It ships today.", draft_id="d1", **more):
    return SendReply(draft_id, "c1", "v1", text, **{"seen_upto": 1, **more})


@pytest.fixture
async def talking(world, kit):
    """Jennifer wrote in the Messenger an hour ago; a reply there arrives."""
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    return world


@pytest.fixture
async def on_whatsapp(world, kit):
    """Jennifer wrote on WhatsApp 23 hours ago; the relay is not proven."""
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - 23 * HOUR))
    await world.sync()
    return world


async def test_a_reply_goes_out_once_and_its_echo_becomes_the_message(talking):
    assert await talking.engine.command_handler.do(reply()) == Done()
    pending = await talking.pending()
    assert (pending.state, pending.text) == (State.QUEUED, "It ships today.")
    assert (await talking.only_row()).last_text == "It ships today."
    assert (await talking.only_row()).last_from_us
    assert await talking.engine.outbox.step()
    assert not await talking.engine.outbox.step()
    view = await talking.view()
    assert view.pending_replies == ()
    assert [m.entry.text for m in view.thread.messages] == ["Hello", "It ships today."]
    assert len(talking.gateway.sent) == 1


async def test_pressing_twice_sends_once(talking):
    answers = await asyncio.gather(*(talking.engine.command_handler.do(reply()) for _ in range(5)))
    assert answers == [Done()] * 5
    while await talking.engine.outbox.step():
        pass
    assert await talking.engine.command_handler.do(reply()) == Done()
    assert not await talking.engine.outbox.step()
    assert len(talking.gateway.sent) == 1


async def test_a_warning_needs_consent_and_changes_nothing(on_whatsapp):
    command_handler = on_whatsapp.engine.command_handler
    await on_whatsapp.clock.advance(2 * 3600)
    await command_handler.do(SaveDraft("d1", "c1", "v1", "It ships today."))
    answer = await command_handler.do(reply())
    assert isinstance(answer, NeedsConsent)
    assert [w.code for w in answer.warned] == [WarningCode.WINDOW_CLOSED]
    assert answer.forecast.verdict is Verdict.WARN
    view = await on_whatsapp.view()
    assert view.pending_replies == ()
    assert [d.text for d in view.drafts] == ["It ships today."]
    answer = await command_handler.do(reply(acknowledged=acknowledge(answer.warned)))
    assert answer == Done()
    assert (await on_whatsapp.view()).drafts == ()
    assert await on_whatsapp.engine.outbox.step()
    assert [o.text for o in on_whatsapp.gateway.sent] == ["It ships today."]


@pytest.mark.parametrize(
    ("text", "code"),
    [("Hello {{user.name}}", CommandReason.PLACEHOLDER_LEFT), ("  ", CommandReason.NOTHING_TO_SEND)],
    ids=["placeholder", "blank"],
)
async def test_what_cannot_be_sent_fails_and_says_why(talking, text, code):
    answer = await talking.engine.command_handler.do(reply(text))
    assert isinstance(answer, Failed)
    assert answer.reason.code == code
    assert (await talking.view()).pending_replies == ()


async def test_an_unknown_conversation_fails_in_words(talking):
    answer = await talking.engine.command_handler.do(structs.replace(reply(), conversation_id="nowhere"))
    assert isinstance(answer, Failed)


async def test_it_is_judged_again_before_the_claim_and_held_when_things_got_worse(on_whatsapp):
    """Queued while the window was open, claimed after it closed."""
    assert await on_whatsapp.engine.command_handler.do(reply()) == Done()
    await on_whatsapp.clock.advance(2 * 3600)
    assert await on_whatsapp.engine.outbox.step()
    pending = await on_whatsapp.pending()
    assert (pending.state, [w.code for w in pending.warned]) == (State.HELD, [WarningCode.WINDOW_CLOSED])
    assert pending.reason
    assert on_whatsapp.gateway.sent == []
    # The agent decides: knowingly, to the Messenger only.
    again = await on_whatsapp.engine.command_handler.do(ResolvePending("d1", send=True))
    assert isinstance(again, NeedsConsent)
    knowingly = ResolvePending("d1", send=True, acknowledged=acknowledge(pending.warned))
    assert await on_whatsapp.engine.command_handler.do(knowingly) == Done()
    await on_whatsapp.engine.outbox.step()
    assert len(on_whatsapp.gateway.sent) == 1


async def test_the_newest_state_is_fetched_before_the_claim(talking, kit):
    """The customer wrote while the reply waited, and no poll has shown it yet."""
    assert await talking.engine.command_handler.do(reply()) == Done()
    await talking.clock.advance(30)
    talking.gateway.write("v1", "Forget it, I cancel.")
    await talking.engine.outbox.step()
    assert [w.code for w in (await talking.pending()).warned] == [WarningCode.NEWER_CUSTOMER_MESSAGE]
    assert talking.gateway.sent == []


async def test_a_teammate_who_answered_since_the_agent_looked_is_noticed(talking):
    await talking.engine.command_handler.do(SaveDraft("d1", "c1", "v1", "It sh", seen_upto=1))
    await talking.clock.advance(60)
    talking.gateway.write("v1", "Bob here, all done.", role=Role.TEAMMATE, author_id="7002")
    await talking.sync()
    answer = await talking.engine.command_handler.do(reply())
    assert isinstance(answer, NeedsConsent)
    assert [w.code for w in answer.warned] == [WarningCode.TEAMMATE_ANSWERED]


async def test_replies_of_one_conversation_keep_their_order_and_hold_no_other(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    world.gateway.put(kit.messenger("v2", "c2", kit.START - HOUR))
    await world.sync()
    command_handler = world.engine.command_handler
    await command_handler.do(reply("first", "d1", seen_upto=2))
    await command_handler.do(reply("second", "d2", seen_upto=2))
    await command_handler.do(SendReply("d3", "c2", "v2", "elsewhere", seen_upto=2))
    world.gateway.outcomes = [NotSent(said("Wait a little."), 15)]
    while await world.engine.outbox.step():
        pass
    assert [o.text for o in world.gateway.sent] == ["first", "elsewhere"]
    states = [(e.state, e.reason) for e in (await world.view()).pending_replies]
    assert states == [
        (State.QUEUED, said("Wait a little.")),
        (State.QUEUED, make_reason(OutboxReason.BEHIND_EARLIER)),
    ]
    await world.clock.advance(16)
    while await world.engine.outbox.step():
        pass
    assert [o.text for o in world.gateway.sent] == ["first", "elsewhere", "first", "second"]
    assert [m.entry.text for m in (await world.view()).thread.messages] == ["Hello", "first", "second"]


async def test_a_refusal_is_shown_and_can_be_sent_again(talking):
    talking.gateway.outcomes = [Refused(ProviderErrorKind.REJECTED, said("Intercom refused it: too long."))]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    pending = await talking.pending()
    assert (pending.state, pending.reason) == (State.REFUSED, said("Intercom refused it: too long."))
    row = await talking.only_row()
    assert (row.last_text, row.last_from_us) == ("Hello", False)
    assert not await talking.engine.outbox.step()
    assert await talking.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    await talking.engine.outbox.step()
    assert (await talking.view()).pending_replies == ()


async def test_what_may_have_left_is_looked_up_and_found(talking, kit):
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    talking.gateway.lost = True
    await talking.engine.command_handler.do(reply("  It   ships\ntoday. "))
    await talking.engine.outbox.step()
    assert (await talking.pending()).state is State.UNCONFIRMED
    await kit.eventually(lambda: talking.clock.pauses_s != [])
    await talking.clock.advance(1)

    async def found() -> bool:
        return (await talking.view()).pending_replies == ()

    await kit.eventually(found)
    assert len(talking.gateway.sent) == 1


async def test_what_is_not_found_stays_for_the_agent_and_is_never_sent_again(talking, kit):
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    queries = len(talking.gateway.called("conversation"))
    for n, pause in enumerate((1, 4, 10), 1):
        await kit.eventually(lambda: talking.clock.pauses_s != [])
        assert talking.clock.pauses_s == [pause]
        await talking.clock.advance(pause - 0.25)
        assert len(talking.gateway.called("conversation")) == queries + n - 1
        await talking.clock.advance(0.25)
        await kit.eventually(lambda n=n: len(talking.gateway.called("conversation")) == queries + n)

    async def said() -> bool:
        return (await talking.pending()).reason.code == OutboxReason.REPLY_NOT_FOUND

    await kit.eventually(said)
    assert (await talking.pending()).state is State.UNCONFIRMED
    assert not await talking.engine.outbox.step()
    assert len(talking.gateway.sent) == 1
    # A later poll that shows it settles it all the same.
    talking.gateway.write("v1", "It ships today.", role=Role.TEAMMATE, app_code=kit.OURS)
    await talking.sync()
    assert (await talking.view()).pending_replies == ()


async def test_words_that_were_there_before_are_not_taken_for_the_lost_reply(talking, kit):
    talking.gateway.write("v1", "It ships today.", role=Role.TEAMMATE, at=kit.START - timedelta(minutes=30))
    await talking.sync()
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    await talking.sync()
    assert (await talking.pending()).state is State.UNCONFIRMED


async def test_of_two_equal_replies_each_needs_its_own_entry(talking, kit):
    await talking.engine.command_handler.do(reply("ok", "d1"))
    await talking.engine.outbox.step()
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    same = await talking.engine.command_handler.do(reply("ok", "d2"))
    assert [w.code for w in same.warned] == [WarningCode.SAME_TEXT_JUST_SENT]
    await talking.engine.command_handler.do(reply("ok", "d2", acknowledged=acknowledge(same.warned)))
    await talking.engine.outbox.step()
    await talking.engine.open_conversation.read("v1")
    assert (await talking.pending()).state is State.UNCONFIRMED


@pytest.mark.parametrize("word", ["send", "cancel", "arrived"])
async def test_the_agent_decides_what_nobody_knows(talking, word):
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert await talking.engine.command_handler.do(ResolvePending("d1", **{word: True})) == Done()
    while await talking.engine.outbox.step():
        pass
    assert (await talking.view()).pending_replies == ()
    assert len(talking.gateway.sent) == (2 if word == "send" else 1)


async def test_an_acceptance_that_tells_no_id_is_tied_to_its_entry(talking, kit):
    talking.gateway.tells = False
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert (await talking.pending()).state is State.ACCEPTED
    await kit.eventually(lambda: talking.clock.pauses_s != [])
    await talking.clock.advance(1)

    async def tied() -> bool:
        return (await talking.view()).pending_replies == ()

    await kit.eventually(tied)


async def test_what_waits_can_be_taken_back_but_not_what_has_left(talking):
    await talking.engine.command_handler.do(reply())
    assert await talking.engine.command_handler.do(ResolvePending("d1", cancel=True)) == Done()
    assert not await talking.engine.outbox.step()
    assert talking.gateway.sent == []
    await talking.engine.command_handler.do(reply("another", "d2"))
    await talking.engine.outbox.step()
    assert isinstance(await talking.engine.command_handler.do(ResolvePending("d2", cancel=True)), Failed)


async def test_our_own_package_code_is_learnt(talking, kit):
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert (await talking.engine.queries.workspace()).workspace.own_codes == {kit.OURS}


async def test_notes_and_files_go_out_as_such(talking):
    await talking.engine.command_handler.do(
        SendReply("d1", "c1", "v1", "see photo", (PHOTO,), internal=True, seen_upto=1)
    )
    assert (await talking.pending()).file_names == ("parcel.jpg",)
    await talking.engine.outbox.step()
    [out] = talking.gateway.sent
    assert (out.files, out.internal, out.author_id) == ((PHOTO,), True, "7001")
    assert (await talking.view()).thread.messages[-1].entry.kind is EntryKind.NOTE


async def test_words_of_the_agent_that_come_too_late_change_nothing(talking):
    await talking.engine.command_handler.do(reply())
    assert isinstance(await talking.engine.command_handler.do(ResolvePending("d1", arrived=True)), Failed)
    # It is queued already: there is nothing to release.
    assert await talking.engine.command_handler.do(ResolvePending("d1", send=True)) == Done()
    assert await talking.engine.command_handler.do(ResolvePending("d1")) == Done()
    await talking.engine.outbox.step()
    assert isinstance(await talking.engine.command_handler.do(ResolvePending("d1", send=True)), Failed)
    assert len(talking.gateway.sent) == 1


async def test_taking_back_twice_does_no_harm_and_leaves_no_words_in_the_end(talking):
    await talking.engine.command_handler.do(reply("never mind me"))
    for _ in range(2):
        assert await talking.engine.command_handler.do(ResolvePending("d1", cancel=True)) == Done()
    await talking.clock.advance(3601)
    await talking.engine.outbox.recover()
    held = await talking.store.read(lambda db: db.execute("SELECT text, file_names FROM outbox").fetchall())
    assert held == [("", "[]")]


async def test_a_reply_taken_back_while_its_conversation_is_read_does_not_go_out(talking, kit):
    await talking.engine.command_handler.do(reply())
    read = talking.gateway.conversation

    async def meanwhile(conversation_id, *, background=True):
        assert await talking.engine.command_handler.do(ResolvePending("d1", cancel=True)) == Done()
        return await read(conversation_id, background=background)

    talking.gateway.conversation = meanwhile
    await talking.engine.outbox.step()
    assert talking.gateway.sent == []
    assert (await talking.view()).pending_replies == ()


async def test_signed_out_blocks_sending(talking, kit):
    talking.gateway.failures["changed_since"] = ProviderError(ProviderErrorKind.SIGNED_OUT, said("Sign in again."))
    await talking.engine.start()
    await kit.eventually(lambda: talking.engine.queries.connection().state == "signed_out")
    answer = await talking.engine.command_handler.do(reply(acknowledged=frozenset((code, "") for code in WarningCode)))
    assert isinstance(answer, Failed)
    assert not (await talking.view()).workspace.signed_in
    assert (await talking.view()).pending_replies == ()


async def test_a_refused_reply_holds_no_later_one(talking):
    talking.gateway.outcomes = [Refused(ProviderErrorKind.REJECTED, said("No."))]
    await talking.engine.command_handler.do(reply("one", "d1"))
    await talking.engine.command_handler.do(reply("two", "d2"))
    while await talking.engine.outbox.step():
        pass
    assert [o.text for o in talking.gateway.sent] == ["one", "two"]
    assert (await talking.pending()).text == "one"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("named_s", "pauses_s"),
    [(5, [5, 10, 20, 40, 80, 160, 300, 300]), (299, [299, 300, 300]), (300, [300, 300]), (600, [600, 600])],
    ids=["five minutes at most", "just below it", "at it", "a longer one that the provider named is kept"],
)
async def test_pauses_after_what_never_left_grow(talking, named_s, pauses_s):
    talking.gateway.outcomes = [NotSent(said("Unreachable."), named_s)] * len(pauses_s)
    await talking.engine.command_handler.do(reply())
    tried_at = []
    for _ in range(sum(pauses_s) + 2):
        while await talking.engine.outbox.step():
            tried_at.append(talking.clock.monotonic())
        await talking.clock.advance(1)
    assert [b - a for a, b in pairwise(tried_at)] == pauses_s
    assert len(talking.gateway.sent) == len(pauses_s) + 1


# --- the connection ---


@pytest.mark.parametrize(
    "trouble",
    [
        ProviderErrorKind.OFFLINE,
        ProviderErrorKind.TIMED_OUT,
        ProviderErrorKind.BUSY,
        ProviderErrorKind.THROTTLED,
        ProviderErrorKind.SIGNED_OUT,
    ],
)
async def test_a_reply_waits_while_the_conversation_cannot_be_read(talking, kit, trouble):
    await talking.engine.command_handler.do(reply())
    talking.gateway.failures["conversation"] = ProviderError(trouble, said("No way to Intercom."))
    await talking.engine.outbox.step()
    assert not await talking.engine.outbox.step()
    pending = await talking.pending()
    assert (pending.state, pending.reason) == (State.QUEUED, said("No way to Intercom."))
    talking.gateway.failures.clear()
    talking.engine.outbox.wake()
    await talking.sync()
    await talking.engine.outbox.step()
    assert len(talking.gateway.sent) == 1


@pytest.mark.parametrize(
    "trouble", [ProviderErrorKind.FORBIDDEN, ProviderErrorKind.REJECTED, ProviderErrorKind.TOO_LARGE]
)
async def test_a_reply_is_held_when_waiting_would_not_help(talking, trouble):
    await talking.engine.command_handler.do(reply())
    talking.gateway.failures["conversation"] = ProviderError(trouble, said("Not allowed."))
    await talking.engine.outbox.step()
    pending = await talking.pending()
    assert (pending.state, pending.reason) == (State.HELD, said("Not allowed."))


async def test_a_reply_to_a_conversation_that_is_gone_is_kept_for_the_agent(talking):
    await talking.engine.command_handler.do(reply())
    del talking.gateway.conversations["v1"]
    await talking.engine.outbox.step()
    pending = await talking.pending()
    assert (pending.state, pending.text) == (State.HELD, "It ships today.")
    assert (await talking.only_row()).customer_id == "c1"
    assert await talking.engine.command_handler.do(ResolvePending("d1", cancel=True)) == Done()


async def test_what_is_written_offline_goes_out_when_the_connection_is_back(talking, kit):
    await talking.engine.start()
    await kit.eventually(lambda: talking.engine.queries.connection().state == "online")
    offline = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    talking.gateway.failures = {"changed_since": offline, "conversation": offline}
    await kit.eventually(lambda: talking.clock.pauses_s != [])
    await talking.clock.advance(15)
    await kit.eventually(lambda: talking.engine.queries.connection().state == "offline")
    assert await talking.engine.command_handler.do(reply()) == Done()

    async def waits() -> bool:
        return (await talking.pending()).reason == said("No network.")

    await kit.eventually(waits)
    talking.gateway.failures.clear()
    await kit.eventually(lambda: talking.clock.pauses_s != [])
    await talking.clock.advance(talking.clock.pauses_s[0])
    await kit.eventually(lambda: len(talking.gateway.sent) == 1)


# --- drafts ---


async def test_a_draft_survives_a_restart(talking, tmp_path, clock, kit):
    await talking.engine.command_handler.do(SaveDraft("d1", "c1", "v1", "It sh", (PHOTO,)))
    await talking.engine.command_handler.do(SaveDraft("n1", "c1", "v1", "a note", internal=True))
    again = await kit.build(tmp_path / "reachline.db", clock, talking.gateway)
    drafts = (await again.view()).drafts
    assert {(d.draft_id, d.text, d.files, d.internal) for d in drafts} == {
        ("d1", "It sh", (PHOTO,), False),
        ("n1", "a note", (), True),
    }
    await again.store.close()


async def test_what_a_draft_has_seen_only_rises_and_an_empty_draft_is_forgotten(talking):
    kept = []
    for seen_upto in (None, 3, 1, None, 4):
        await talking.engine.command_handler.do(
            SaveDraft("d1", "c1", "v1", f"It ships {seen_upto}", seen_upto=seen_upto)
        )
        [draft] = (await talking.view()).drafts
        kept.append((draft.text, draft.seen_upto))
    assert kept == [
        ("It ships None", None),
        ("It ships 3", 3),
        ("It ships 1", 3),
        ("It ships None", 3),
        ("It ships 4", 4),
    ]
    await talking.engine.command_handler.do(SaveDraft("d1", "c1", "v1", ""))
    assert (await talking.view()).drafts == ()


async def test_a_conversation_has_one_draft_of_a_kind(talking):
    await talking.engine.command_handler.do(SaveDraft("d1", "c1", "v1", "old", (PHOTO,)))
    await talking.engine.command_handler.do(SaveDraft("d2", "c1", "v1", "new"))
    assert [(d.draft_id, d.text) for d in (await talking.view()).drafts] == [("d2", "new")]


async def test_a_late_save_does_not_bring_back_what_was_sent(talking):
    await talking.engine.command_handler.do(reply())
    assert await talking.engine.command_handler.do(SaveDraft("d1", "c1", "v1", "It ships tod")) == Done()
    assert (await talking.view()).drafts == ()


# --- stops ---


async def test_a_restart_finds_what_was_being_sent_and_asks_intercom(talking, tmp_path, clock, kit):
    """The process dies between the claim and the answer; Intercom has taken it."""
    talking.gateway.gate.clear()
    await talking.engine.command_handler.do(reply())
    sending = asyncio.ensure_future(talking.engine.outbox.step())
    await kit.eventually(lambda: "send d1" in talking.gateway.calls)
    await talking.store.close()
    again = await kit.build(
        tmp_path / "reachline.db", clock, kit.FakeGateway(clock, dict(talking.gateway.conversations))
    )
    assert (await again.pending()).state is State.SENDING
    await again.engine.outbox.recover()
    assert (await again.pending()).state is State.UNCONFIRMED
    assert not await again.engine.outbox.step()
    assert again.gateway.sent == []
    again.gateway.write("v1", "It ships today.", role=Role.TEAMMATE, app_code=kit.OURS)
    await kit.eventually(lambda: clock.pauses_s != [])
    await clock.advance(1)

    async def found() -> bool:
        return (await again.view()).pending_replies == ()

    await kit.eventually(found)
    await again.engine.tasks.aclose()
    await again.store.close()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def test_a_stop_waits_for_the_send_under_way(talking, tmp_path, clock, kit):
    talking.gateway.gate.clear()
    await talking.engine.start()
    await talking.engine.command_handler.do(reply())
    await kit.eventually(lambda: "send d1" in talking.gateway.calls)
    stopping = asyncio.ensure_future(talking.engine.stop())
    await asyncio.sleep(0)
    assert isinstance(await talking.engine.command_handler.do(reply("late", "d2")), Failed)
    talking.gateway.gate.set()
    await stopping
    assert talking.gateway.closed
    again = await kit.build(tmp_path / "reachline.db", clock, talking.gateway)
    assert (await again.view()).pending_replies == ()
    assert (await again.view()).thread.messages[-1].entry.text == "It ships today."
    await again.store.close()


async def test_a_stop_does_not_wait_for_ever_and_does_not_lie(talking, tmp_path, clock, kit):
    talking.gateway.gate.clear()
    await talking.engine.start()
    await talking.engine.command_handler.do(reply())
    await kit.eventually(lambda: "send d1" in talking.gateway.calls)
    stopping = asyncio.ensure_future(talking.engine.stop())
    await kit.eventually(lambda: 5.0 in clock.pauses_s)
    await clock.advance(5)
    await stopping
    again = await kit.build(tmp_path / "reachline.db", clock, talking.gateway)
    assert (await again.pending()).state is State.UNCONFIRMED
    await again.store.close()


async def test_an_adapter_that_breaks_leaves_the_reply_unconfirmed_and_the_worker_alive(talking, kit, caplog):
    async def broken(out, upload=None):
        raise ZeroDivisionError("a bug")

    sound, talking.gateway.send = talking.gateway.send, broken
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert (await talking.pending()).state is State.UNCONFIRMED
    assert "deliver d1 broke" in caplog.text
    talking.gateway.send = sound
    await talking.engine.command_handler.do(ResolvePending("d1", send=True))
    await talking.engine.outbox.step()
    assert len(talking.gateway.sent) == 1


async def test_an_answer_that_could_not_be_written_down_is_looked_up_once_there_is_room(talking, kit, caplog):
    """The disk fills up between the claim and the answer."""
    take, text = talking.gateway.send, "long words " * 50_000

    async def fill_then_take(out, upload=None):
        pages = await talking.store.read(lambda db: db.pragma("page_count"))
        await talking.store.write(lambda db: db.pragma("max_page_count", pages))
        return await take(out)

    talking.gateway.send = fill_then_take
    await talking.engine.command_handler.do(reply(text))
    await talking.engine.outbox.step()
    assert (await talking.pending()).state is State.SENDING
    assert "DiskFull" in caplog.text
    await talking.store.write(lambda db: db.pragma("max_page_count", 1_000_000))
    assert not await talking.engine.outbox.step()
    assert (await talking.pending()).state is State.UNCONFIRMED
    await kit.eventually(lambda: talking.clock.pauses_s != [])
    await talking.clock.advance(1)

    async def found() -> bool:
        return (await talking.view()).pending_replies == ()

    await kit.eventually(found)
    assert len(talking.gateway.sent) == 1


async def test_a_redacted_reply_leaves_no_words_behind(talking, kit):
    await talking.engine.command_handler.do(reply("my password is hunter2"))
    await talking.engine.outbox.step()
    conversation = talking.gateway.conversations["v1"]
    hidden = tuple(
        replace(e, text="This message was deleted", redacted=True) if "hunter2" in e.text else e
        for e in conversation.entries
    )
    talking.gateway.conversations["v1"] = replace(conversation, entries=hidden)
    await talking.engine.open_conversation.read("v1")
    assert (await talking.only_row()).last_text == "This message was deleted"

    def all_text(db):
        tables = table_names(db)
        return "".join(repr(db.execute(f'SELECT * FROM "{t}"').fetchall()) for t in tables)

    assert "hunter2" not in await talking.store.read(all_text)

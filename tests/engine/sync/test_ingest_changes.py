"""Ingest: whom new facts concern, what they settle, and what becomes of the line in the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.contrary import ContraryKind
from desktop.domain.direct import Route
from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Entry, EntryKind, Role, Tag
from desktop.domain.model.outgoing import Event, State
from desktop.engine.changes import Changes
from desktop.engine.sync.ingest import Facts, refresh_customers, store_facts
from desktop.engine.sync.thread_loader import _listed, load_thread
from desktop.store import contacts, conversations, customers, forget, settings
from desktop.store.evidence import provider_messages
from desktop.store.outgoing import drafts, outbox
from desktop.store.outgoing.drafts import Draft
from tests.helpers.database import open_in_memory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100")
ROUTE = Route(KEY, "+353871234567", "+35315550100")
JEN = Contact("c1", "user", "Jennifer", phone="+353871234567")


@pytest.fixture
def db():
    opened = open_in_memory()
    yield opened
    opened.close()


def told(*customer_ids, **more):
    return Changes(customers=frozenset(customer_ids), threads=frozenset(customer_ids), **more)


def lines(db):
    return dict(db.execute("SELECT customer_id, last_text FROM customer_rows"))


def queue(db, draft_id="d1", *, lost=True, **more):
    outbox.insert(db, outbox.OutgoingReply(draft_id, "c1", "v1", "7001", "It ships.", (), False, 1, NOW, **more), ())
    if lost:
        outbox.claim(db, draft_id, NOW)
        outbox.apply_event(db, draft_id, Event.ANSWER_LOST)


def answered(conversation, ident="9", text="It ships.", app_code=None):
    ours = Entry(
        ident, conversation.id, NOW, Role.TEAMMATE, EntryKind.MESSAGE, author_id="7001", text=text, app_code=app_code
    )
    return replace(conversation, entries=(*conversation.entries, ours), updated_at=NOW)


# --- whom it concerns ---


def test_each_kind_of_fact_concerns_its_customer_once(db, kit):
    conversation = kit.messenger("v1", "c1", NOW - HOUR)
    assert store_facts(db, Facts(listed=(conversation,))) == told("c1")
    assert store_facts(db, Facts(listed=(conversation,))) == Changes()
    assert store_facts(db, Facts((conversation,))) == told("c1")
    assert store_facts(db, Facts((conversation,))) == Changes()
    assert store_facts(db, Facts(contacts=(JEN,))) == told("c1")
    assert store_facts(db, Facts(contacts=(JEN,))) == Changes()
    assert store_facts(db, Facts(deleted=("v1",))) == told("c1")
    assert store_facts(db, Facts(deleted=("v1",))) == Changes()
    assert conversations.load(db, "v1") is None


def test_a_conversation_that_changes_hands_concerns_both(db, kit):
    store_facts(db, Facts((kit.messenger("v1", "c1", NOW - HOUR), kit.messenger("v2", "c1", NOW - HOUR))))
    moved = replace(kit.messenger("v1", "c2", NOW - HOUR), updated_at=NOW)
    assert store_facts(db, Facts((moved,))) == told("c1", "c2")
    assert conversations.customer_of(db, "v1") == "c2"


def test_who_was_forgotten_stays_so_until_there_is_something_new(db, kit):
    conversation = kit.messenger("v1", "c1", NOW - HOUR)
    store_facts(db, Facts((conversation,), (JEN,)))
    forget.forget_customer(db, "c1")
    marked_read = replace(conversation, updated_at=NOW)
    late_answers = (conversation, marked_read, replace(marked_read, entries=()))
    for late in (
        *(Facts((c,)) for c in late_answers),
        Facts(contacts=(JEN,)),
        Facts(listed=(conversation, marked_read)),
    ):
        assert store_facts(db, late) == Changes()
    assert (conversations.load(db, "v1"), contacts.load(db, "c1"), lines(db)) == (None, None, {})
    others = kit.messenger("v2", "c2", NOW - HOUR)
    assert store_facts(db, Facts(listed=(conversation, others))) == told("c2")
    newer = answered(conversation)
    assert store_facts(db, Facts((newer,), (JEN,))) == told("c1")
    assert contacts.load(db, "c1").name == "Jennifer"


# --- what it settles ---


def test_a_reply_that_is_found_is_settled_and_teaches_our_code(db, kit):
    conversation = kit.messenger("v1", "c1", NOW - HOUR)
    store_facts(db, Facts((conversation,)))
    queue(db)
    changes = store_facts(db, Facts((answered(conversation, app_code="reachline-app"),)))
    assert changes == told("c1", undecided=True, settings=True)
    assert outbox.load(db, "d1").state is State.ACCEPTED
    assert settings.load(db).own_codes == {"reachline-app"}
    # The second of the same code teaches nothing more.
    queue(db, "d2")
    twice = answered(answered(conversation, app_code="reachline-app"), "10", app_code="reachline-app")
    assert store_facts(db, Facts((twice,))) == told("c1", undecided=True)


def test_a_reply_that_was_known_already_is_tied_with_nothing_else_new(db, kit):
    conversation = answered(kit.messenger("v1", "c1", NOW - HOUR))
    store_facts(db, Facts((conversation,)))
    queue(db, lost=False)
    outbox.claim(db, "d1", NOW)
    outbox.apply_event(db, "d1", Event.ACCEPTED)
    outbox.set_entry_id(db, "d1", "9")
    assert store_facts(db, Facts((conversation,))) == told("c1", undecided=True)
    assert settings.load(db).own_codes == frozenset()
    assert store_facts(db, Facts((conversation,))) == Changes()


# --- the line in the list ---


def test_the_line_goes_with_the_last_word_and_stays_while_words_of_ours_are_here(db, kit):
    for number in (1, 2, 3):
        store_facts(db, Facts((kit.messenger(f"v{number}", f"c{number}", NOW - HOUR),)))
    queue(db, lost=False)
    drafts.save(db, Draft("d2", "c2", "v2", "It sh", (), False))
    for number in (1, 2, 3):
        assert store_facts(db, Facts(deleted=(f"v{number}",))) == told(f"c{number}")
    assert lines(db) == {"c1": "", "c2": ""}
    outbox.cancel(db, "d1", NOW)
    drafts.remove(db, "d2")
    assert refresh_customers(db, ["c1", "c2"]) == told("c1", "c2")
    assert lines(db) == {}


def test_deciding_tells_of_the_old_id_and_of_the_one_that_answers_for_it(db, kit):
    store_facts(db, Facts((kit.messenger("v1", "c1", NOW - HOUR), kit.messenger("v2", "c2", NOW - HOUR))))
    assert refresh_customers(db, ()) == Changes()
    for contact_id in ("c1", "c2"):
        customers.save(db, Contact(contact_id, email="jen@example.com"))
    assert refresh_customers(db, ["c2"]) == told("c1", "c2")
    assert set(lines(db)) >= {"c1"}
    assert len(load_thread(db, "c1", settings.load(db)).chats) == 2


# --- what is learnt ---


def test_who_tags_what_no_bridge_began_is_learnt_and_kept(db, kit):
    by_hand = replace(kit.messenger("v1", "c1", NOW - HOUR), tags=(Tag("whatsapp", NOW - HOUR, "814"),))
    store_facts(db, Facts((by_hand,)))
    assert settings.load(db).other_taggers == {"814"}
    other = replace(kit.messenger("v2", "c2", NOW - HOUR), tags=(Tag("whatsapp", NOW - HOUR, "815"),))
    store_facts(db, Facts((other,)))
    assert settings.load(db).other_taggers == {"814", "815"}


def test_what_the_bridge_wrote_on_its_contact_counts_for_a_conversation_under_any_of_their_ids(db, kit):
    store_facts(
        db, Facts(contacts=(replace(JEN, bridge_attributes={"octopods channel": "whatsapp"}, merged_ids=("old",)),))
    )
    store_facts(db, Facts((kit.messenger("v1", "c1", NOW - HOUR), kit.messenger("v2", "old", NOW - HOUR))))
    store_facts(db, Facts((kit.messenger("v3", "c3", NOW - HOUR),)))
    kept = db.execute("SELECT conversation_id, has_attributes FROM conversation_signs ORDER BY 1").fetchall()
    assert kept == [("v1", 1), ("v2", 1), ("v3", 0)]


def failing(kit, number, words):
    """Our reply in a mirrored chat, and what the bridge notes of it half a minute later."""
    chat = kit.whatsapp(f"v{number}", f"c{number}", NOW - HOUR)
    reply = Entry(
        f"{number}8", chat.id, NOW - 10 * MINUTE, Role.TEAMMATE, EntryKind.MESSAGE, author_id="7001", text="It ships."
    )
    note = replace(reply, id=f"{number}9", kind=EntryKind.NOTE, event="note", text=words, app_code=kit.BRIDGE)
    note = replace(note, sent_at=reply.sent_at + MINUTE / 2)
    return replace(chat, entries=(*chat.entries, reply, note), updated_at=note.sent_at)


def facts_of(db, customer_id):
    return [f.kind for f in load_thread(db, customer_id, settings.load(db), NOW).contrary]


def test_a_note_that_proves_to_be_no_failure_is_none_anywhere(db, kit):
    settings.save(db, "bridge_codes_chosen", frozenset({kit.BRIDGE}))
    store_facts(db, Facts((failing(kit, 1, "Chat synced for +353 87 123 4567"),)), NOW)
    store_facts(db, Facts((failing(kit, 3, "Something else came up"),)), NOW)
    assert (facts_of(db, "c1"), facts_of(db, "c3")) == ([ContraryKind.UNKNOWN], [ContraryKind.UNKNOWN])
    chat = kit.whatsapp("v2", "c2", NOW - HOUR)
    idle = replace(
        failing(kit, 2, "Chat synced for +353 87 999 9999").entries[-1], conversation_id="v2", sent_at=NOW - 30 * MINUTE
    )
    changes = store_facts(db, Facts((replace(chat, entries=(*chat.entries, idle), updated_at=NOW),)), NOW)
    assert changes == told("c1", "c2")
    assert (facts_of(db, "c1"), facts_of(db, "c3")) == ([], [ContraryKind.UNKNOWN])
    assert lines(db) == {"c1": "It ships.", "c2": "Hi", "c3": "It ships."}


def test_trouble_of_a_whole_account_concerns_everybody_once(db, kit):
    settings.save(db, "bridge_codes_chosen", frozenset({kit.BRIDGE}))
    store_facts(db, Facts((kit.whatsapp("v9", "c9", NOW - HOUR),)), NOW)
    chat = failing(kit, 1, "Failed to send: the number is disconnected")
    changes = store_facts(db, Facts((chat,)), NOW)
    assert facts_of(db, "c1") == [ContraryKind.ACCOUNT]
    assert changes == told("c1", settings=True)
    assert refresh_customers(db, ["c1"], NOW) == told("c1")
    assert not store_facts(db, Facts((failing(kit, 2, "Something else came up"),)), NOW).settings


def test_a_relay_that_is_proven_concerns_everybody_once(db, kit):
    settings.save(db, "bridge_codes_chosen", frozenset({kit.BRIDGE}))
    settings.add_own_codes(db, frozenset({kit.OURS}))
    chat = failing(kit, 1, "Message failed: the 24 hour window has expired")
    by_us = replace(chat.entries[1], app_code=kit.OURS)
    chat = replace(chat, entries=(chat.entries[0], by_us, chat.entries[2]))
    assert store_facts(db, Facts((chat,)), NOW).settings
    assert [(e.channel, e.about) for e in settings.relay_evidence(db)] == [(ChannelKind.WHATSAPP, "v1")]
    assert refresh_customers(db, ["c1"], NOW) == told("c1")


# --- what providers list ---


def test_what_may_be_a_message_of_which_we_do_not_know_the_end_is_left_out(db, kit):
    store_facts(db, Facts((kit.messenger("v1", "c1", NOW - HOUR),), (JEN,)))
    ours = ProviderMessage(KEY, "SM1", False, KEY.sender, JEN.phone, NOW, text_digest("It ships."))
    theirs = replace(ours, remote_id="SM2", from_customer=True)
    other_words = replace(ours, remote_id="SM3", text_digest=text_digest("Other words."))
    other_account = replace(ours, remote_id="SM4", key=replace(KEY, sender="+35315550199"))
    rows = (ours, theirs, other_words, other_account)
    provider_messages.save(db, rows)
    assert _listed(db, "c1", [JEN]) == rows
    queue(db, "through Intercom", lost=False)
    assert _listed(db, "c1", [JEN]) == rows
    queue(db, route=ROUTE)
    assert _listed(db, "c1", [JEN]) == (theirs, other_words, other_account)
    outbox.finish(db, "d1")
    assert _listed(db, "c1", [JEN]) == rows

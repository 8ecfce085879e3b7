"""Profiles of earlier versions open with everything in them: under the names of version 5, by field since version 6."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.delivery import Delivery
from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.identity.customer import IdentityDecision
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation, Tag, TagSighting
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.model.workspace import Pin
from desktop.domain.window.window import Window, WindowKey
from desktop.store import contacts, conversations, customer_rows, customers, entries, settings, sync_queue
from desktop.store.core.columns import to_us
from desktop.store.core.database import Database, Store
from desktop.store.core.migrate import migrate, steps
from desktop.store.evidence import bridge_signs, contrary_facts, provider_messages
from desktop.store.outgoing import direct_messages, drafts, outbox, templates
from desktop.store.outgoing.drafts import Draft
from desktop.store.search.messages import MessageSearch, find
from tests.helpers.earlier_profile import AT, contents_of, write_earlier_profile

KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100")
WINDOW = Window(
    WindowKey(ChannelKind.WHATSAPP, customer_address="+353871234567", transport="octopods"),
    opened_by="7",
    opened_at=AT,
    closes_at=AT + timedelta(hours=24, minutes=-2, microseconds=7),
)
TABLES = {
    "heads": "sync_queue",
    "contact_words": "identity_decisions",
    "channel_rows": "provider_messages",
    "sweeps": "provider_lists",
}
COLUMNS = {
    "heads": {"due_us": "due_at_us"},
    "channel_rows": {"words": "text_digest", "told_at_us": "reported_at_us"},
    "direct_messages": {"told_at_us": "reported_at_us"},
    "entries": {"came_with": "answer_number"},
    "summaries": {"newest_from_her_us": "newest_customer_message_us"},
}


def test_every_row_of_every_table_is_still_there(tmp_path: Path) -> None:
    db = write_earlier_profile(tmp_path / "cache.db")
    before = contents_of(db)
    empty = [table for table, rows in before.items() if not rows]
    assert empty == [], "each table has something to lose"
    migrate(db, [step for step in steps() if step.version <= 5])
    expected = {
        TABLES.get(table, table): [
            {COLUMNS.get(table, {}).get(column, column): value for column, value in row.items()} for row in rows
        ]
        for table, rows in before.items()
    }
    after = contents_of(db)
    assert {table: after[table] for table in expected} == expected
    db.close()


@pytest.mark.parametrize("version", [4, 5, 6])
async def test_the_program_reads_all_of_it(tmp_path: Path, version: int) -> None:
    path = tmp_path / "cache.db"
    write_earlier_profile(path, version).close()
    store = await Store.open(path)
    await store.read(_check)
    await store.write(_check_that_it_goes_on)
    await store.close()


def _check(db: Database) -> None:
    [row] = customer_rows.load(db, [i for (i,) in db.execute("SELECT customer_id FROM customer_rows")]).values()
    assert row == CustomerRow(
        customer_id="c",
        name="Ann",
        last_at=AT,
        last_text="On its way.",
        last_channel=ChannelKind.WHATSAPP,
        last_from_us=True,
        newest_customer_message_at=AT,
        unread=True,
        waits=True,
        window=WINDOW,
        assignee_ids=frozenset({"7001"}),
        team_ids=frozenset({"81"}),
        conversation_ids=("v1",),
        tags=row.tags,
        snoozed_until=AT + timedelta(microseconds=1),
    )
    assert {*row.tags} == {"whatsapp", "Über"}
    assert db.execute("SELECT closes_at_us FROM customer_rows").fetchall() == [(to_us(WINDOW.closes_at),)]
    assert [c.id for c in contacts.of_customer(db, "c")] == ["p", "q"]
    assert contacts.load(db, "p").merged_ids == ("old-p",)
    assert customers.identity_decisions(db) == (IdentityDecision("p", "q", same=True),)
    [conversation] = conversations.of_customer(db, "c")
    assert replace(conversation, entries=()) == Conversation(
        "v1",
        AT,
        AT,
        title="Order",
        born_on="sms",
        initial_channel="whatsapp",
        current_channel="telegram",
        delivered_as="delivered",
        page_url="https://shop.example",
        tags=(
            Tag("whatsapp", sighting=TagSighting.AT_FIRST),
            Tag("Über", AT + timedelta(microseconds=5), "7001", TagSighting.LATER),
        ),
        removed_tags=("sms",),
        contact_ids=("p",),
        assignee_id="7001",
        team_id="81",
        snoozed_until=AT + timedelta(microseconds=1),
        unseen_before=AT - timedelta(seconds=2),
    )
    assert [(e.id, e.text, e.wiped) for e in conversation.entries] == [
        ("7", "Where is my parcel?", False),
        ("8", "", True),
    ]
    assert (entries.known_upto(db, "v1"), [e.id for e in entries.known_after(db, "v1", 1)]) == (3, ["8"])
    for word, entry_id in (("parcel", "7"), ("directly", "direct:d4")):
        assert [found.entry_id for found in find(db, MessageSearch(word)).messages] == [entry_id]
    assert sync_queue.due(db, AT) == ()
    assert sync_queue.due(db, AT + timedelta(seconds=1)) == (sync_queue.QueuedConversation("v1", 3),)
    [draft] = drafts.of_customer(db, "c")
    assert draft == Draft("d1", "c", "v1", "It sh", draft.files, seen_upto=1)
    assert [file.name for file in draft.files] == ["a.png"]
    lost, direct = outbox.pending_replies_of(db, "c")
    assert (lost.draft_id, lost.state, lost.tries, lost.lost_at) == ("d2", State.UNCONFIRMED, 2, AT)
    assert lost.warned == (ForecastWarning(WarningCode.WINDOW_CLOSED, frozenset({"7"})),)
    assert lost.acknowledged == {(WarningCode.WINDOW_CLOSED, "7")}
    assert (direct.draft_id, direct.route.key) == ("d3", KEY)
    [sent] = direct_messages.of_customer(db, "c")
    assert (sent.delivery, sent.delivery_at) == (Delivery(3), AT + timedelta(microseconds=5))
    [listed] = provider_messages.of_people(db, contacts.of_customer(db, "c"))
    assert (listed.text_digest, listed.delivery_at) == ("digest", AT + timedelta(microseconds=6))
    assert provider_messages.complete_at(db, KEY) == AT
    assert templates.load(db, KEY) == ((), AT)
    fact = contrary_facts.load(db, "notice:9")
    assert contrary_facts.of_customer(db, "c", contacts.of_customer(db, "c"), AT) == ((fact,), {"notice:9"})
    workspace = settings.load(db)
    assert (settings.retention_days(db), workspace.margin) == (45, timedelta(seconds=120))
    assert (workspace.bridge_codes, workspace.idle_notes) == ({"bridge"}, {"a shape"})
    assert workspace.pins == {"v1": Pin(ChannelKind.WHATSAPP)}
    assert workspace.message_channels == {("v1", "7"): ChannelKind.WHATSAPP}
    assert [count.code for count in bridge_signs.code_counts(db)] == ["bridge"]


def _check_that_it_goes_on(db: Database) -> None:
    """What wrote to the tables under their earlier names writes to them under the new ones."""
    assert contacts.resolve_customer(db, "former") == "c"
    conversations.remove(db, "v1")
    assert sync_queue.due(db, AT + timedelta(days=1)) == ()
    assert direct_messages.load(db, "d4").text == "", "the text goes with its conversation"
    assert bridge_signs.code_counts(db) == (), "and the totals are kept by the triggers"

"""What was said long ago is wiped and does not come back; what the program has to know of it stays."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.model.facts import Attachment, Conversation, Entry, EntryKind, Role
from desktop.store import conversations, entries, retention, settings, sync_queue
from desktop.store.core.columns import to_us
from desktop.store.core.database import Database, Store
from tests.helpers.database import create_database

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(days=91), NOW - timedelta(days=89)
WORDS = "the eagle has landed in Zanzibar"


def hold(db: Database, *held: Entry) -> None:
    conversations.save(db, Conversation("k", OLD, OLD, title=WORDS, contact_ids=("p",)))
    entries.save(db, "k", held, True)


def entry(ident: str, at: datetime, text: str = WORDS, role: Role = Role.CUSTOMER) -> Entry:
    return Entry(ident, "k", at, role, EntryKind.MESSAGE, text=text, attachments=(Attachment("map.png", "https://x"),))


def wipe_all(db: Database, now: datetime = NOW) -> None:
    while retention.wipe_batch(db, now):
        pass


def held(db: Database) -> dict[str, Entry]:
    return {e.id: e for e in entries.of_conversation(db, "k")}


def test_words_older_than_ninety_days_go_and_all_else_stays(db):
    hold(db, entry("old", OLD), entry("young", YOUNG))
    wipe_all(db)
    old, young = held(db)["old"], held(db)["young"]
    assert (old.text, old.attachments, old.wiped) == ("", (), True)
    assert (old.sent_at, old.role, old.kind) == (OLD, Role.CUSTOMER, EntryKind.MESSAGE)
    assert (young.text, young.wiped) == (WORDS, False)
    assert db.execute("SELECT title FROM conversations").fetchall() == [("",)]


def test_wiped_words_do_not_come_back_with_the_next_answer(db):
    hold(db, entry("old", OLD))
    wipe_all(db)
    assert entries.save(db, "k", [entry("old", OLD)], True) is False
    assert held(db)["old"].text == ""


def test_words_that_were_wiped_too_early_come_back_with_the_next_answer(db):
    """A clock that ran a year ahead wiped them."""
    hold(db, entry("old", OLD), entry("young", YOUNG))
    wipe_all(db, NOW + timedelta(days=365))
    kept_since = NOW - timedelta(days=90)
    # No newer answer than the one that was wiped: the conversation has not changed since.
    assert entries.save(db, "k", [entry("old", OLD), entry("young", YOUNG)], True, "", kept_since)
    assert (held(db)["young"].text, held(db)["young"].wiped) == (WORDS, False)
    assert len(held(db)["young"].attachments) == 1
    assert (held(db)["old"].text, held(db)["old"].wiped) == ("", True)


def test_a_redacted_message_does_not_come_back(db):
    hold(db, replace(entry("young", YOUNG, ""), redacted=True))
    wipe_all(db, NOW + timedelta(days=365))
    entries.save(db, "k", [entry("young", YOUNG)], True, "", NOW - timedelta(days=90))
    assert held(db)["young"].text == ""


def test_what_was_wiped_too_early_is_read_again_once(db):
    hold(db, entry("young", YOUNG))
    db.execute(
        "INSERT INTO sync_queue (conversation_id, updated_at_us, state, tags, is_read) VALUES ('k', 0, 'open', '', 1)"
    )
    wipe_all(db, NOW + timedelta(days=365))
    assert not sync_queue.due(db, NOW)
    wipe_all(db, NOW)
    assert [what.conversation_id for what in sync_queue.due(db, NOW)] == ["k"]
    # What the answer does not hold any more is not asked for for ever.
    sync_queue.record_read(db, "k", NOW, NOW)
    wipe_all(db, NOW + timedelta(hours=6))
    assert not sync_queue.due(db, NOW)


def test_a_failure_notice_stays_but_not_a_customer_who_quotes_one(db):
    said = "The 24-hour window is closed: message was not delivered to WhatsApp"
    assert any(re.search(pattern, said, re.IGNORECASE) for pattern in settings.load(db).notice_patterns)
    hold(db, entry("notice", OLD, said, Role.TEAMMATE), entry("quote", OLD, said))
    wipe_all(db)
    assert (held(db)["notice"].text, held(db)["quote"].text) == (said, "")


@pytest.mark.parametrize(("days", "is_kept"), [(7, False), (88, False), (90, True), (365, True)])
def test_how_long_is_the_agents_choice(db, days, is_kept):
    hold(db, entry("young", YOUNG))
    settings.save(db, "kept_days", days)
    wipe_all(db)
    assert bool(held(db)["young"].text) == is_kept


def test_it_goes_in_small_steps(db, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 20)
    hold(db, *(entry(f"e{n:03}", OLD) for n in range(2 * retention.BATCH + 1)))
    done = [retention.wipe_batch(db, NOW) for _ in range(5)]
    assert done == [retention.BATCH, retention.BATCH, 1, 1, 0], "the texts, then the title"


def test_finished_replies_go_and_drafts_and_unsettled_ones_stay(db):
    hold(db)
    outbox = (
        "INSERT INTO outbox (draft_id, customer_id, conversation_id, author_id, text, file_names, internal, "
        "seen_upto, queued_at_us, state, is_done) VALUES (?, 'c', 'k', 'a', ?, '[]', 0, 0, ?, ?, ?)"
    )
    db.execute(outbox, ("done", "", to_us(OLD), "accepted", 1))
    db.execute(outbox, ("young", "", to_us(YOUNG), "accepted", 1))
    db.execute(outbox, ("lost", WORDS, to_us(OLD), "unconfirmed", 0))
    db.execute(
        "INSERT INTO drafts (draft_id, customer_id, conversation_id, text, internal) VALUES ('draft', 'c', 'k', ?, 0)",
        (WORDS,),
    )
    db.execute("INSERT INTO files VALUES ('done', 0, 'a', 'b', x'00'), ('lost', 0, 'a', 'b', x'00')")
    wipe_all(db)
    assert {d for (d,) in db.execute("SELECT draft_id FROM outbox")} == {"young", "lost"}
    assert db.execute("SELECT text FROM drafts").fetchall() == [(WORDS,)]
    assert db.execute("SELECT draft_id FROM files").fetchall() == [("lost",)]


async def test_nothing_of_it_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    store = await Store.open(create_database(path))
    await store.write(hold, *(entry(f"e{n}", OLD, f"{WORDS} {n}" * 50) for n in range(100)))
    await store.close()
    assert WORDS.encode() in path.read_bytes()
    store = await Store.open(create_database(path))
    await store.write(wipe_all)
    await store.close()
    assert WORDS.encode() not in path.read_bytes()


def steps_of(db: Database, now: datetime) -> int:
    taken = 0

    def count() -> bool:
        nonlocal taken
        taken += 1
        return False

    db.set_progress_handler(count, 1)
    wipe_all(db, now)
    db.set_progress_handler(None)
    return taken


def test_it_costs_what_expires_however_large_the_archive_is(db):
    def old_customers(numbers: range) -> None:
        for number in numbers:
            ident = f"k{number}"
            hold_of(db, ident, entry_of(ident, "1", OLD), entry_of(ident, "2", YOUNG))

    old_customers(range(20))
    wipe_all(db)
    few = steps_of(db, NOW + timedelta(hours=1))
    old_customers(range(20, 300))
    wipe_all(db)
    many = steps_of(db, NOW + timedelta(hours=1))
    assert many < few * 1.1
    hold_of(db, "new", entry_of("new", "1", OLD))
    assert steps_of(db, NOW + timedelta(hours=1)) > many + 50, "the counter sees what is wiped"


def test_no_transaction_wipes_many_rows(db, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 10)
    for number in range(45):
        hold_of(db, f"k{number}", entry_of(f"k{number}", "1", OLD))
    rounds = []
    while changed := retention.wipe_batch(db, NOW):
        rounds.append(changed)
    assert max(rounds) <= 10
    assert sum(rounds) == 90, "texts and titles"


def entry_of(conversation_id: str, ident: str, at: datetime) -> Entry:
    return replace(entry(ident, at), conversation_id=conversation_id)


def hold_of(db: Database, conversation_id: str, *held: Entry) -> None:
    conversations.save(db, Conversation(conversation_id, OLD, OLD, title=WORDS, contact_ids=("p",)))
    entries.save(db, conversation_id, held, True)

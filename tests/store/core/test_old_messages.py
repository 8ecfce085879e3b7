"""Reading a database of any version while it is migrated: customers by name and time, and their messages, in pages."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from desktop.store.core import old_messages
from desktop.store.core.columns import to_us
from desktop.store.core.encryption import Key
from desktop.store.core.errors import NoAccess
from desktop.store.core.migrate import migrate, steps
from desktop.store.core.old_messages import OldMessages
from tests.helpers.earlier_profile import AT

KEY = Key.new()
NAMES = ("Ann", "Ánna", "Bob", "")


def insert(db: apsw.Connection, table: str, **values: object) -> None:
    """A row of those values that the version has a column for, and something plain where it needs another."""
    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    row = {name: values[name] for _, name, *_ in columns if name in values}
    for _, name, kind, is_needed, default, _ in columns:
        if name not in row and is_needed and default is None:
            row[name] = 0 if kind == "INTEGER" else "[]"
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", row)


def write_profile(path: Path, version: int) -> None:
    """Customers c0 to c3, each an hour newer than the one before, and three messages of the first."""
    with closing(apsw.Connection(str(path))) as db:
        KEY.unlock(db)
        migrate(db, [step for step in steps() if step.version <= version])
        is_early = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'summaries'").get is not None
        for number, name in enumerate(NAMES):
            details, at_us = json.dumps({"name": name}), to_us(AT) + number
            insert(db, "customers", id=f"c{number}", merged_into=None)
            insert(
                db,
                "summaries" if is_early else "customer_rows",
                customer_id=f"c{number}",
                name=name,
                details=details,
                last_at_us=at_us,
                state="open",
            )
        insert(db, "contacts", id="p", customer_id="c0")
        insert(db, "conversations", id="v", owner_id="p", state="open", details="{}")
        told = {"conversation_id": "v", "kind": "message", "role": "customer", "author_name": "Ann"}
        insert(db, "entries", **told, entry_id="1", sent_at_us=to_us(AT), text="Where is it?", attachments="[]")
        insert(db, "entries", **told, entry_id="2", sent_at_us=to_us(AT) + 1, text="", attachments='[{"name": "a"}]')
        insert(db, "entries", **told, entry_id="3", sent_at_us=to_us(AT) + 1, text="", attachments="[]")
        told |= {"kind": "note", "role": "teammate", "author_name": "Sam"}
        insert(db, "entries", **told, entry_id="4", sent_at_us=to_us(AT) + 1, text="A note", attachments="[]")
        insert(db, "entries", **told | {"kind": "event"}, entry_id="5", sent_at_us=to_us(AT) + 9, text="Closed")
        insert(
            db,
            "direct_messages",
            draft_id="d",
            conversation_id="v",
            author_name="Sam",
            sent_at_us=to_us(AT) + 2,
            text="It ships.",
        )


@pytest.mark.parametrize("version", range(1, len(steps())))
async def test_every_earlier_version_can_be_read(tmp_path, monkeypatch, version):
    monkeypatch.setattr(old_messages, "PAGE", 2)
    path = tmp_path / "reachline.db"
    write_profile(path, version)
    before = path.read_bytes()
    old = OldMessages(path, KEY)

    newest = await old.customers()
    assert [customer.name for customer in newest] == ["", "Bob"]
    older = await old.customers(after=newest[-1])
    assert [(customer.customer_id, customer.name, customer.last_at) for customer in older] == [
        ("c1", "Ánna", AT + timedelta(microseconds=1)),
        ("c0", "Ann", AT),
    ]
    assert await old.customers(after=older[-1]) == []
    assert [customer.name for customer in await old.customers("ANN")] == ["Ánna", "Ann"]
    assert await old.customers("Carl") == []

    shown = []
    while page := await old.messages("c0", shown[-1] if shown else None):
        shown += page
    assert [(m.author, m.is_from_customer, m.is_note, m.text, m.file_count) for m in shown] == [
        ("Sam", False, False, "It ships.", 0),
        ("Sam", False, True, "A note", 0),
        ("Ann", True, False, "", 1),
        ("Ann", True, False, "Where is it?", 0),
    ]
    assert await old.messages("c1") == []
    old.close()
    assert path.read_bytes() == before


async def test_once_closed_it_finds_nothing_and_does_not_look(tmp_path):
    old = OldMessages(tmp_path / "nowhere.db", KEY)
    with pytest.raises(NoAccess):
        await old.customers()
    old.close()
    assert await old.customers() == []
    assert await old.messages("c0") == []

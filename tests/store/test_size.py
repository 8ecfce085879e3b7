"""What a message costs on disk. The bytes do not depend on the computer."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw

from desktop.store import contacts, conversations
from tests.bench.worlds import people
from tests.helpers.database import create_database

CUSTOMERS = 100
BYTES_PER_MESSAGE = 330
"""With the index of words and the share of its contact and conversation; of them some 80 are its text."""


def test_a_message_takes_few_bytes(tmp_path: Path) -> None:
    path = create_database(tmp_path / "cache.db")
    with closing(apsw.Connection(str(path))) as db:
        empty = pages(db)
        with db:
            for index in range(CUSTOMERS):
                number = people.number_of(index)
                for contact, theirs in people.answers(number, people.last_activity(index, CUSTOMERS, 10)):
                    contacts.save(db, contact)
                    for conversation in theirs:
                        conversations.save(db, conversation)
        db.execute("INSERT INTO message_index (message_index) VALUES ('optimize')")
        db.execute("VACUUM")
        messages = int(db.execute("SELECT count(*) FROM entries WHERE kind = 'message'").get)
        size = (pages(db) - empty) * int(db.pragma("page_size")) / messages
    assert size < BYTES_PER_MESSAGE, f"{size:.0f} bytes a message"


def pages(db: apsw.Connection) -> int:
    return int(db.pragma("page_count"))

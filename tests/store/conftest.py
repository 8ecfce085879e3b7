"""A real database file for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from tests.helpers.database import create_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reachline.db"


@pytest.fixture
def db(path: Path) -> Iterator[apsw.Connection]:
    """Inside one transaction, as every unit of work is."""
    connection = apsw.Connection(str(create_database(path)))
    connection.pragma("foreign_keys", True)
    connection.execute("BEGIN")
    yield connection
    connection.execute("COMMIT")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()

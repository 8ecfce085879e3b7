"""A real database file for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from desktop.store.migrate import migrate, steps


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reachline.db"


@pytest.fixture
def db(path: Path) -> Iterator[apsw.Connection]:
    """Inside one transaction, as every unit of work is."""
    connection = apsw.Connection(str(path))
    connection.pragma("foreign_keys", True)
    migrate(connection, path, steps())
    connection.execute("BEGIN")
    yield connection
    connection.execute("COMMIT")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()

"""How much is stored, without a word of what."""

from __future__ import annotations

import apsw

from desktop.store.core.columns import fetch_all, fetch_one


def row_counts(db: apsw.Connection) -> dict[str, int]:
    """Rows of each table, by its name. Reads them all; a search index is not counted."""
    tables = fetch_all(
        db,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql LIKE 'CREATE TABLE%' "
        "AND name NOT IN (SELECT shadow.name FROM pragma_table_list AS shadow WHERE shadow.type = 'shadow') "
        "ORDER BY name",
    )
    counted = {row.name: fetch_one(db, f'SELECT count(*) AS rows FROM "{row.name}"') for row in tables}
    return {name: int(row.rows) for name, row in counted.items() if row is not None}

"""Write a report as a CSV file (RFC 4180) that spreadsheets open without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from desktop.engine.views import ReportRow
from desktop.text import reports as texts
from desktop.text.catalog import strip_isolates

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of_rows(rows: Iterable[ReportRow]) -> bytes:
    """Return the file: a line of headings, then one for each event. UTF-8 with a mark, by which Excel recognizes it."""
    lines = (texts.cells(row.event, row.name, row.is_to_do) for row in rows)
    return csv_of([texts.column_titles(), *lines])


def csv_of(lines: Iterable[Sequence[str]]) -> bytes:
    """Return a file of these lines; what a spreadsheet would take for a formula is quoted."""
    file = StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows([_harmless(cell) for cell in line] for line in lines)
    return file.getvalue().encode("utf-8-sig", "replace")


def _harmless(cell: str) -> str:
    """Customers choose their names: `=HYPERLINK(…)` is a text, and so is a phone number."""
    cell = strip_isolates(cell)
    # Also behind blanks, which some spreadsheets take off.
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_STARTS_FORMULA) else cell

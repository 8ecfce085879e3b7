"""All rows of a thread at once, as `TimelineModel` has them after its last change."""

from __future__ import annotations

from datetime import datetime

from desktop.engine.views import ThreadView
from desktop.ui.thread.entries import TimelineEntry, build_rows, older_row, row_context, thread_content
from desktop.ui.thread.pending_reply import DescribePending


def build_entries(view: ThreadView, now: datetime, describe: DescribePending) -> list[TimelineEntry]:
    older = older_row(view)
    rows = build_rows(thread_content(view, now, describe), row_context(view, now), after=None)
    return [older, *rows] if older is not None else rows

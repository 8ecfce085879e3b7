"""The height of a row before its layout is built, from the length of its text and the number of its files."""

from __future__ import annotations

from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.layout.file_chips import MAX_FILES
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.layout.text_body import MAX_CHARS, MAX_LINES

_SEPARATOR_LINES = 2.0
_BUBBLE_LINES = 3.5
"""A bubble's margins, its first line and the line about where it arrived."""
_PENDING_LINES = 6.0
_IMAGE_PX = 170
_TEXT_SHARE = 0.6
"""Of the pane's width."""


def estimate_height(entry: TimelineEntry, width: int, style: RowStyle) -> int:
    """Return about how high the row is. width: of the pane."""
    line = style.small_metrics.height()
    if entry.type is EntryType.PENDING:
        return round(_PENDING_LINES * line)
    message = entry.message
    if message is None or entry.type is EntryType.EVENT:
        return round(_SEPARATOR_LINES * line)
    text = message.entry.text[:MAX_CHARS]
    chars_per_line = max(1.0, width * _TEXT_SHARE / style.body_metrics.averageCharWidth())
    text_lines = min(1 + len(text) // chars_per_line + text.count("\n"), MAX_LINES)
    if message.translation is not None:
        text_lines += 2 + len(message.translation.translated_text) // chars_per_line
    files = message.entry.attachments[:MAX_FILES]
    images = sum(file.content_type.startswith(("image/", "video/")) for file in files)
    return round(_BUBBLE_LINES * line + text_lines * style.body_metrics.height() + len(files) * 2.5 * line) + (
        images * _IMAGE_PX
    )

"""Paints timeline rows from cached layouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

import msgspec
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from desktop.domain.model.media import MediaKey
from desktop.ui.look.theme import Theme
from desktop.ui.thread.entries import TimelineEntry, looks_same
from desktop.ui.thread.layout.bubble_layout import BubbleLayout, MediaSlot
from desktop.ui.thread.layout.height_estimate import estimate_height
from desktop.ui.thread.layout.row_builder import build_row_layout
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.media import link_targets
from desktop.ui.thread.media.link_targets import LinkTarget
from desktop.ui.thread.timeline.model import ENTRY
from desktop.ui.thread.timeline.thread_media import ThreadMedia

Index = QModelIndex | QPersistentModelIndex


_MAX_CACHED = 200
"""Layouts kept: ten screens, so that reading back and forth builds nothing twice. A layout takes about 10 kB and is
some thirty objects: while one scrolls, the collector of garbage looks at all of them, and a frame waits for it.
"""


class _CachedLayout(msgspec.Struct, frozen=True):
    """A layout with everything it was built for; any difference makes it outdated."""

    entry: TimelineEntry
    look: tuple[int, int, Qt.LayoutDirection, int]
    layout: BubbleLayout

    def fits(self, entry: TimelineEntry, look: tuple[int, int, Qt.LayoutDirection, int]) -> bool:
        return self.look == look and looks_same(self.entry, entry)


class TimelineDelegate(QStyledItemDelegate):
    """Caches the layouts of the rows that were asked for last.

    width: of the pane, set by the view before it asks for layouts. media: paints the files of messages; None leaves
    their room empty. build_count: layouts built so far.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._style = RowStyle(theme, 0)
        self._cache: dict[str, _CachedLayout] = {}
        self._expanded: Counter[str] = Counter()
        self._selected: Mapping[str, tuple[int, int]] = {}
        self.media: ThreadMedia | None = None
        self.width = 400
        self.build_count = 0
        theme.changed.connect(self._on_theme_changed)

    def layout_of(self, entry: TimelineEntry, direction: Qt.LayoutDirection) -> BubbleLayout:
        """Return a row's layout for the present width and theme, building it if necessary."""
        cached = self._cache.get(entry.key)
        expanded = self._expanded[entry.key]
        look = (self.width, self._style.generation, direction, expanded)
        if cached is None or not cached.fits(entry, look):
            layout = build_row_layout(entry, self.width, self._style, direction, expanded=expanded)
            self.build_count += 1
            self._cache.pop(entry.key, None)
            cached = self._cache[entry.key] = _CachedLayout(entry, look, layout)
            if len(self._cache) > _MAX_CACHED:
                del self._cache[next(iter(self._cache))]
        return cached.layout

    def estimated_height(self, entry: TimelineEntry) -> int:
        """Return about the height that a row's layout will have."""
        return estimate_height(entry, self.width, self._style)

    def clear(self) -> None:
        """Drop all layouts, for another customer."""
        self._cache.clear()
        self._expanded.clear()

    def expand(self, key: str) -> None:
        """Show more of a row's text, and all of its files. key: of the row."""
        self._expanded[key] += 1

    def set_selected(self, selected: Mapping[str, tuple[int, int]]) -> None:
        """selected: row key -> start and end of the selected text in UTF-16 code units."""
        self._selected = selected

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.layout_of(index.data(ENTRY), option.direction).size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: TimelineEntry = index.data(ENTRY)
        layout = self.layout_of(entry, option.direction)
        painter.save()
        # Characters with many combining marks reach far beyond their line.
        painter.setClipRect(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._style.pen("accent"))
            painter.drawRoundedRect(option.rect.adjusted(4, 1, -5, -1), 6, 6)
        slots = partial(self._paint_slot, entry)
        layout.draw(painter, QPointF(option.rect.topLeft()), self._style, self._selection(entry.key), slots)
        painter.restore()

    def _paint_slot(self, entry: TimelineEntry, painter: QPainter, slot: MediaSlot) -> None:
        key = media_key(entry, slot.number)
        if self.media is not None and key is not None and entry.message is not None:
            self.media.paint(painter, slot, key, entry.message.entry.attachments[slot.number], self._style)

    def _selection(self, key: str) -> list[QTextLayout.FormatRange]:
        if key not in self._selected:
            return []
        start, end = self._selected[key]
        selection = QTextLayout.FormatRange()
        selection.start, selection.length = start, end - start
        style = QTextCharFormat()
        style.setBackground(self._style.brush("accent"))
        style.setForeground(self._style.brush("on_accent"))
        selection.format = style
        return [selection]

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        entry = index.data(ENTRY)
        tip = ""
        if entry is not None:
            point = QPointF(event.pos() - view.visualRect(index).topLeft())
            layout = self.layout_of(entry, view.layoutDirection())
            piece = layout.piece_at(point)
            target = layout.target_at(point) or attachment_target(entry, layout.action_at(point))
            parts = [piece.tip if piece is not None else "", link_targets.tooltip(target) if target is not None else ""]
            tip = "\n".join(part for part in parts if part)
        QToolTip.showText(event.globalPos(), tip, view)
        return True

    def _on_theme_changed(self) -> None:
        self._style = RowStyle(self._theme, self._style.generation + 1)
        self._cache.clear()


def attachment_target(entry: TimelineEntry, action: str) -> LinkTarget | None:
    """Return the attachment that an action opens; None for another action."""
    word, _, number = action.partition(":")
    if word != "file" or entry.message is None:
        return None
    file = entry.message.entry.attachments[int(number)]
    return LinkTarget(file.url, file_name=file.name, key=media_key(entry, int(number)))


def media_key(entry: TimelineEntry, number: int) -> MediaKey | None:
    """Return the key of a file of a row's message; None for a row without a message."""
    if entry.message is None:
        return None
    return MediaKey(entry.message.entry.conversation_id, entry.message.entry.id, number)

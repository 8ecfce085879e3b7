"""Delegate: paints timeline rows from layouts that are built once for each look of a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from desktop.ui.look.theme import Theme
from desktop.ui.thread.entries import TimelineEntry
from desktop.ui.thread.layout.bubble_layout import BubbleLayout
from desktop.ui.thread.layout.compose import compose
from desktop.ui.thread.layout.row_style import Look
from desktop.ui.thread.media import link_targets
from desktop.ui.thread.media.link_targets import Lead
from desktop.ui.thread.timeline.model import ENTRY

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Kept:
    """A layout and what it was built for; any difference makes it useless."""

    revision: int
    width: int
    generation: int
    direction: Qt.LayoutDirection
    expanded: int
    layout: BubbleLayout


class TimelineDelegate(QStyledItemDelegate):
    """width: of the pane, set by the view before it asks for sizes. built: layouts made so far.

    is_patient: a row that was built for another width keeps that height until somebody builds it for this one.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = Look(theme, 0)
        self._kept: dict[str, _Kept] = {}
        self._expanded: Counter[str] = Counter()
        self._selected: Mapping[str, tuple[int, int]] = {}
        self.width = 400
        self.is_patient = False
        self.built = 0
        theme.changed.connect(self._on_theme_changed)

    def layout_of(self, entry: TimelineEntry, direction: Qt.LayoutDirection) -> BubbleLayout:
        kept = self._kept.get(entry.key)
        expanded = self._expanded[entry.key]
        wanted = (entry.revision, self.width, self._look.generation, direction, expanded)
        if kept is None or (kept.revision, kept.width, kept.generation, kept.direction, kept.expanded) != wanted:
            layout = compose(entry, self.width, self._look, direction, expanded=expanded)
            self.built += 1
            kept = self._kept[entry.key] = _Kept(*wanted, layout)
        return kept.layout

    def forget(self) -> None:
        """Another customer is shown."""
        self._kept.clear()
        self._expanded.clear()

    def expand(self, key: str) -> None:
        """Show more of a row's long text, and all of its files."""
        self._expanded[key] += 1

    def set_selected(self, selected: Mapping[str, tuple[int, int]]) -> None:
        """By row key: from where to where the words are selected, in UTF-16 units."""
        self._selected = selected

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry: TimelineEntry = index.data(ENTRY)
        kept = self._kept.get(entry.key) if self.is_patient else None
        if kept is not None and self._differs_in_width_only(kept, entry, option.direction):
            return QSize(self.width, kept.layout.size.height())
        return self.layout_of(entry, option.direction).size

    def _differs_in_width_only(self, kept: _Kept, entry: TimelineEntry, direction: Qt.LayoutDirection) -> bool:
        wanted = (entry.revision, self._look.generation, direction, self._expanded[entry.key])
        return (kept.revision, kept.generation, kept.direction, kept.expanded) == wanted

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: TimelineEntry = index.data(ENTRY)
        layout = self.layout_of(entry, option.direction)
        painter.save()
        # Letters with a tower of marks reach far beyond their line.
        painter.setClipRect(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._look.pen("accent"))
            painter.drawRoundedRect(option.rect.adjusted(4, 1, -5, -1), 6, 6)
        layout.draw(painter, QPointF(option.rect.topLeft()), self._look, self._selection(entry.key))
        painter.restore()

    def _selection(self, key: str) -> list[QTextLayout.FormatRange]:
        if key not in self._selected:
            return []
        start, end = self._selected[key]
        marked = QTextLayout.FormatRange()
        marked.start, marked.length = start, end - start
        style = QTextCharFormat()
        style.setBackground(self._look.brush("accent"))
        style.setForeground(self._look.brush("on_accent"))
        marked.format = style
        return [marked]

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        entry = index.data(ENTRY)
        tip = ""
        if entry is not None:
            point = QPointF(event.pos() - view.visualRect(index).topLeft())
            layout = self.layout_of(entry, view.layoutDirection())
            piece = layout.piece_at(point)
            lead = layout.lead_at(point) or file_at(entry, layout.action_at(point))
            parts = [piece.tip if piece is not None else "", link_targets.tip(lead) if lead is not None else ""]
            tip = "\n".join(part for part in parts if part)
        QToolTip.showText(event.globalPos(), tip, view)
        return True

    def _on_theme_changed(self) -> None:
        self._look = Look(self._theme, self._look.generation + 1)
        self._kept.clear()


def file_at(entry: TimelineEntry, action: str) -> Lead | None:
    """The attachment that a click would open."""
    word, _, number = action.partition(":")
    if word != "file" or entry.message is None:
        return None
    file = entry.message.entry.attachments[int(number)]
    return Lead(file.url, file_name=file.name)

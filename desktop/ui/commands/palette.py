"""A palette that finds an entry by a few letters of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop.domain.search.fuzzy import match_score, rank
from desktop.domain.search.query import MAX_CHARS
from desktop.text.screens import palette as texts
from desktop.text.screens.widgets import NOTHING_FOUND
from desktop.text.thread.screen_reader import accessible_sentences
from desktop.ui.look import icons
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_hint
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.widgets.screen_reader.announce import announce
from desktop.ui.widgets.screen_reader.rows import SpokenChoice

_MAX_SHOWN = 120


class PaletteEntry(msgspec.Struct, frozen=True):
    """One thing to open or run.

    kind: `command`, `customer`, `conversation` or `settings`. key: its id within the kind. icon: a qtawesome name.
    why_not: why it can't be chosen now; "" where it can.
    found_by: the query that found it, which its letters need not match.
    """

    kind: str
    key: str
    title: str
    detail: str = ""
    icon: str = "fa6s.chevron-right"
    why_not: str = ""
    found_by: str = ""


Find = Callable[[str, Callable[[Iterable[PaletteEntry]], None]], None]
"""Looks for entries that match a query, and calls back with them."""


class CommandPalette(Overlay):
    """A search field above the matching entries, best match first.

    Signals:
        chosen: the agent chose an entry; emitted after the palette has closed. arg: PaletteEntry.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget, hint: str = "") -> None:
        """hint: placeholder and accessible name of the field."""
        super().__init__(theme, parent)
        self._entries: tuple[PaletteEntry, ...] = ()
        self._found: tuple[PaletteEntry, ...] = ()
        self._last: tuple[PaletteEntry, ...] = ()
        self._find: Find | None = None
        self._field = QLineEdit()
        self._field.setMaxLength(MAX_CHARS)
        show_hint(self._field, hint or texts.HINT())
        if not hint:
            self._field.setAccessibleName(texts.FIELD())
            self._field.setAccessibleDescription(texts.HINT())
        self.setAccessibleName(hint or texts.FIELD())
        self._field.textChanged.connect(self._on_query_changed)
        self._field.installEventFilter(self)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(texts.RESULTS())
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._accept)
        SpokenChoice(self._list)
        self._nothing = Paragraph(NOTHING_FOUND(), muted=True)
        self._nothing.setIndent(GAP)
        column = layouts.column(self._field, self._nothing, self._list, parent=self._card, margins=GAP)
        column.setStretchFactor(self._list, 1)
        self._follow_theme()

    @property
    def titles(self) -> list[str]:
        """Titles of the entries shown, best match first."""
        return [self._list.item(i).data(Qt.ItemDataRole.UserRole).title for i in range(self._list.count())]

    def open_with(
        self,
        entries: Iterable[PaletteEntry] = (),
        find: Find | None = None,
        last: Iterable[PaletteEntry] = (),
    ) -> None:
        """find: looks for more entries whenever the query changes. Where several match equally well, what it finds
        comes after `entries` and before `last`.
        """
        self._entries, self._found, self._last = tuple(entries), (), tuple(last)
        self._find = find
        self._field.clear()
        self._on_query_changed("")
        self.show_popup()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def tab_order(self) -> list[QWidget]:
        return [self._field]

    def layout_contents(self) -> None:
        scale = self._theme.text_scale
        width = min(self.width() - 4 * GAP, round(600 * scale))
        height = min(self.height() - 8 * GAP, round(420 * scale))
        self._card.setGeometry((self.width() - width) // 2, min(60, (self.height() - height) // 2), width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self._field:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: object) -> None:
        self.dismiss()

    def _on_key(self, event: QKeyEvent) -> bool:
        key, rows = event.key(), self._list.count()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and rows:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._list.setCurrentRow((self._list.currentRow() + step) % rows)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._accept(self._list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            return False
        return True

    def _accept(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        entry: PaletteEntry = item.data(Qt.ItemDataRole.UserRole)
        if entry.why_not:
            announce(self, entry.why_not)
        else:
            self.hide()
            self.chosen.emit(entry)

    def _on_query_changed(self, query: str) -> None:
        self._filter(query)
        if self._find is not None:
            self._find(query, self._on_found)

    def _on_found(self, entries: Iterable[PaletteEntry]) -> None:
        current = self._list.currentItem()
        chosen = current.data(Qt.ItemDataRole.UserRole) if current is not None and self._list.currentRow() > 0 else None
        self._found = tuple(entries)
        self._filter(self._field.text())
        rows = (i for i in range(self._list.count()) if self._list.item(i).data(Qt.ItemDataRole.UserRole) == chosen)
        self._list.setCurrentRow(next(rows, 0))

    def _filter(self, query: str) -> None:
        self._list.clear()
        for entry in rank_entries(query, (*self._entries, *self._found, *self._last))[:_MAX_SHOWN]:
            detail = entry.why_not or entry.detail
            item = QListWidgetItem(texts.RESULT(title=entry.title, detail=detail) if detail else entry.title)
            if entry.why_not:
                item.setForeground(self._theme.color("muted"))
            item.setIcon(icons.icon(entry.icon, self._theme.color("muted")))
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, accessible_sentences((entry.title, detail)))
            self._list.addItem(item)
        self._nothing.setVisible(not self._list.count())
        self._list.setCurrentRow(0)

    def _apply_theme(self) -> None:
        side = round(self.fontMetrics().height() * 0.95)
        self._list.setIconSize(QSize(side, side))
        super()._apply_theme()

    def _card_style(self) -> str:
        colors = self._theme.colors
        plain = f"QListWidget {{ background: transparent; border: none; color: {colors.text}; }}"
        return plain + row_style(colors, padding="5px")


def rank_entries(query: str, entries: Iterable[PaletteEntry]) -> list[PaletteEntry]:
    """Return the entries that were found by `query` or contain its letters in this order, best match first; then those
    that resemble it, as with a typing error.

    An empty query matches all.
    """
    return rank(query, entries, lambda e: e.title, lambda e: _score(query, e))


def _score(query: str, entry: PaletteEntry) -> int | None:
    score = match_score(query, f"{entry.title} {entry.detail}")
    return 0 if score is None and entry.found_by == query else score

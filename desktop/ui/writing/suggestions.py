"""The list that opens above a text field while a word is being written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from desktop.text.catalog import strip_isolates
from desktop.ui.look import icons
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.screen_reader.rows import SpokenChoice

_MOST_ROWS, _LEAST_PREVIEW_LINES = 8, 5
_KEY = Qt.ItemDataRole.UserRole
_WIDTH, _LEAST_FOR_PREVIEW = 720, 480
"""In pixels at the text's normal size."""


class Suggestion(msgspec.Struct, frozen=True):
    """One row. key: "" for one that only says something. short: the label beside a preview; "" for the same. icon: a
    qtawesome name; "" for none.
    """

    key: str
    label: str
    short: str = ""
    tooltip: str = ""
    icon: str = ""


class SuggestionList(QFrame):
    """Never takes the focus: the text field passes its keys on.

    Signals:
        chosen: arg: the key of a suggestion.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, title: str, parent: QWidget, preview: Callable[[str], str] | None = None, about: str = ""
    ) -> None:
        """title: accessible name. preview: returns what to show beside the list for a key. about: its name."""
        super().__init__(parent)
        self._theme, self._container, self._preview_of = theme, parent, preview
        self._anchor: QWidget | None = None
        self.setObjectName("suggestions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(title)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.itemClicked.connect(self._on_clicked)
        SpokenChoice(self._list)
        self._list.currentItemChanged.connect(self._show_preview)
        self._preview = QPlainTextEdit()
        self._preview.setReadOnly(True)
        self._preview.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._preview.setFrameShape(QFrame.Shape.NoFrame)
        self._preview.setAccessibleName(about)
        row = layouts.row(self._list, self._preview, parent=self, spacing=GAP - 2, margins=3)
        row.setStretch(0, 5)
        row.setStretch(1, 6)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    @property
    def labels(self) -> list[str]:
        """The labels of the rows."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    @property
    def preview(self) -> str:
        """What is shown beside the list."""
        return self._preview.toPlainText()

    def show_rows(self, rows: Sequence[Suggestion], anchor: QWidget) -> None:
        """Show these above `anchor`; hidden if there are none."""
        self._list.clear()
        has_preview = self._preview_of is not None and self._width_above(anchor) >= self._least_for_preview
        self._preview.setVisible(has_preview)
        for row in rows:
            item = QListWidgetItem(row.short or row.label if has_preview else row.label, self._list)
            item.setData(_KEY, row.key)
            item.setToolTip(row.tooltip)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, strip_isolates(row.label))
            if row.icon:
                item.setIcon(icons.icon(row.icon, self._theme.color("muted")))
            if not row.key:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
        if not rows:
            self.hide()
            return
        self._list.setCurrentRow(next((n for n, row in enumerate(rows) if row.key), -1))
        self._place_above(anchor, min(len(rows), _MOST_ROWS))
        self.show()
        self.raise_()
        self._follow(anchor)

    def handle_key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Tab):
            self._on_clicked(self._list.currentItem())
        else:
            self._step(1 if key == Qt.Key.Key_Down else -1)

    def _step(self, by: int) -> None:
        """Move to the next row that can be chosen, around the end."""
        row, count = self._list.currentRow(), self._list.count()
        for _ in range(count):
            row = (row + by) % count
            if self._list.item(row).data(_KEY):
                self._list.setCurrentRow(row)
                return

    @property
    def _least_for_preview(self) -> float:
        return _LEAST_FOR_PREVIEW * self._theme.text_scale

    def _width_above(self, anchor: QWidget) -> int:
        return min(anchor.width(), round(_WIDTH * self._theme.text_scale))

    def _place_above(self, anchor: QWidget, rows: int) -> None:
        width = self._width_above(anchor)
        height = sum(self._list.sizeHintForRow(row) for row in range(rows))
        if not self._preview.isHidden():
            height = max(height, _LEAST_PREVIEW_LINES * self.fontMetrics().lineSpacing())
        height += 2 * (self.frameWidth() + GAP)
        corner = self._container.mapFromGlobal(anchor.mapToGlobal(QPoint(0, 0)))
        height = min(height, max(corner.y() - GAP, 0))
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = corner.x() + anchor.width() - width if is_mirrored else corner.x()
        self.setGeometry(left, corner.y() - height - 4, width, height)

    def _follow(self, anchor: QWidget) -> None:
        """Stay above the anchor: what is typed changes what stands around it, such as the preview below it."""
        if anchor is self._anchor:
            return
        self._anchor = anchor
        widget: QWidget | None = anchor
        while widget is not None and widget is not self._container:
            widget.installEventFilter(self)
            widget = widget.parentWidget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # First the type: Qt calls this also while Python is deleting the object.
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize) and self.is_open and self._anchor is not None:
            self._place_above(self._anchor, min(self._list.count(), _MOST_ROWS))
        return super().eventFilter(watched, event)

    def _show_preview(self) -> None:
        item = self._list.currentItem()
        if self._preview_of is not None and item is not None:
            self._preview.setPlainText(self._preview_of(item.data(_KEY)))

    def _on_clicked(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_KEY):
            self.hide()
            self.chosen.emit(item.data(_KEY))

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#suggestions {{ background: {colors.surface}; border: 1px solid {colors.outline};"
            f" border-radius: 6px; }} QListWidget {{ background: transparent; border: none; color: {colors.text}; }}"
            f"QListWidget::item:disabled {{ color: {colors.muted}; }}"
            f"{row_style(colors, padding='4px 5px')}"
            f"QPlainTextEdit {{ background: {colors.panel}; color: {colors.text}; border: none; border-radius: 4px;"
            f" padding: 2px; }}"
        )

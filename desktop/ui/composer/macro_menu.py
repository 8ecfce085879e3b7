"""The list of macros that opens above the composer's text on `#` and filters while typing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.domain.content.placeholders import fill
from desktop.domain.model.facts import Contact
from desktop.ports import Macro
from desktop.text.screens import composer as texts
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.look.theme import Theme

_MAX_SHOWN = 8


class MacroList(QListWidget):
    """Never takes the focus: the text field passes its keys on.

    Signals:
        chosen: arg: Macro.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._macros: tuple[Macro, ...] = ()
        self._theme, self._container = theme, parent
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(texts.MACROS())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.itemClicked.connect(self._on_clicked)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    def set_macros(self, macros: tuple[Macro, ...]) -> None:
        self._macros = macros

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    def show_matches(self, query: str, anchor: QWidget) -> None:
        """Show the macros that match `query` above `anchor`; hidden if there are none."""
        query = query.casefold()
        matches = [m for m in self._macros if query in m.name.casefold()]
        matches.sort(key=lambda m: (not m.name.casefold().startswith(query), m.name.casefold()))
        self.clear()
        for macro in matches:
            item = QListWidgetItem(texts.MACRO_ROW(name=macro.name, text=" ".join(macro.text.split())))
            item.setData(Qt.ItemDataRole.UserRole, macro)
            item.setToolTip(macro.text)
            self.addItem(item)
        if not matches:
            self.hide()
            return
        self.setCurrentRow(0)
        self._place_above(anchor, min(len(matches), _MAX_SHOWN))
        self.show()
        self.raise_()

    def handle_key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Tab):
            self._on_clicked(self.currentItem())
        else:
            step = 1 if key == Qt.Key.Key_Down else -1
            self.setCurrentRow((self.currentRow() + step) % self.count())

    def _place_above(self, anchor: QWidget, rows: int) -> None:
        height = rows * self.sizeHintForRow(0) + 2 * self.frameWidth() + 8
        corner = self._container.mapFromGlobal(anchor.mapToGlobal(QPoint(0, 0)))
        width = min(anchor.width(), 560)
        left = (
            corner.x()
            if self.layoutDirection() == Qt.LayoutDirection.LeftToRight
            else corner.x() + anchor.width() - width
        )
        self.setGeometry(left, max(0, corner.y() - height - 4), width, height)

    def _on_clicked(self, item: QListWidgetItem | None) -> None:
        self.hide()
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QListWidget {{ background: {colors.surface}; color: {colors.text}; border: 1px solid {colors.border};"
            f" border-radius: 6px; padding: 3px; }} QListWidget::item {{ padding: 4px 6px; }}"
            f" QListWidget::item:selected {{ background: {colors.selected}; color: {colors.text}; }}"
        )


class MacroCompleter(QObject):
    """Connects the text field with the list, which is created when first needed.

    contact: fills the placeholders; None for nobody.
    """

    def __init__(self, theme: Theme, edit: ComposerEdit, parent: QWidget) -> None:
        """parent: the list is shown in its window."""
        super().__init__(parent)
        self._theme, self._edit, self._container = theme, edit, parent
        self._macros: tuple[Macro, ...] = ()
        self._list: MacroList | None = None
        self.contact: Contact | None = None
        edit.macro_query_changed.connect(self._on_query_changed)
        edit.macro_key.connect(self._on_key)

    def set_macros(self, macros: tuple[Macro, ...]) -> None:
        self._macros = macros

    def start(self) -> None:
        """Act as if the agent had typed `#`."""
        cursor = self._edit.textCursor()
        before = self._edit.toPlainText()[: cursor.position()]
        cursor.insertText("#" if not before or before[-1].isspace() else " #")
        self._edit.setTextCursor(cursor)

    def close(self) -> None:
        self._edit.is_choosing_macro = False
        if self._list is not None:
            self._list.hide()

    def _on_query_changed(self, query: str | None) -> None:
        if query is None or not self._macros:
            self.close()
            return
        if self._list is None:
            self._list = MacroList(self._theme, self._container.window())
            self._list.chosen.connect(self._on_chosen)
        self._list.set_macros(tuple(replace(m, text=fill(m.text, self.contact)) for m in self._macros))
        self._list.show_matches(query, self._edit)
        self._edit.is_choosing_macro = self._list.is_open

    def _on_key(self, key: int) -> None:
        if self._list is not None:
            self._list.handle_key(key)
            self._edit.is_choosing_macro = self._list.is_open

    def _on_chosen(self, macro: Macro) -> None:
        self._edit.is_choosing_macro = False
        self._edit.insert_macro(macro.text)
        self.close()

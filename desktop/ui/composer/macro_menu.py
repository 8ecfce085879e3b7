"""Composer's macros: a list that opens above the text on `#`, filters while typing, and never takes the focus."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.domain.model.facts import Contact
from desktop.ports import Macro
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.macro_filling import fill
from desktop.ui.look.theme import Theme

_MOST_SHOWN = 8


class MacroList(QListWidget):
    """Signals:
    chosen: the agent took a macro. arg: Macro.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._macros: tuple[Macro, ...] = ()
        self._theme, self._over = theme, parent
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Macros")
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

    def seek(self, query: str, above: QWidget) -> None:
        """Show what fits `query` on top of the widget `above`; hidden where nothing does."""
        wanted = query.casefold()
        fitting = [m for m in self._macros if wanted in m.name.casefold()]
        fitting.sort(key=lambda m: (not m.name.casefold().startswith(wanted), m.name.casefold()))
        self.clear()
        for macro in fitting:
            item = QListWidgetItem(f"{macro.name}  –  {' '.join(macro.text.split())}")
            item.setData(Qt.ItemDataRole.UserRole, macro)
            item.setToolTip(macro.text)
            self.addItem(item)
        if not fitting:
            self.hide()
            return
        self.setCurrentRow(0)
        self._place(above, min(len(fitting), _MOST_SHOWN))
        self.show()
        self.raise_()

    def press(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Tab):
            self._on_clicked(self.currentItem())
        else:
            step = 1 if key == Qt.Key.Key_Down else -1
            self.setCurrentRow((self.currentRow() + step) % self.count())

    def _place(self, above: QWidget, rows: int) -> None:
        height = rows * self.sizeHintForRow(0) + 2 * self.frameWidth() + 8
        corner = self._over.mapFromGlobal(above.mapToGlobal(QPoint(0, 0)))
        width = min(above.width(), 560)
        left = (
            corner.x()
            if self.layoutDirection() == Qt.LayoutDirection.LeftToRight
            else corner.x() + above.width() - width
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


class MacroSeeker(QObject):
    """Stands between the text field and the list, which is made when it is first needed.

    contact: whose values the placeholders are filled with; None for nobody's.
    """

    def __init__(self, theme: Theme, edit: ComposerEdit, parent: QWidget) -> None:
        """parent: the list covers a part of its window."""
        super().__init__(parent)
        self._theme, self._edit, self._over = theme, edit, parent
        self._macros: tuple[Macro, ...] = ()
        self._list: MacroList | None = None
        self.contact: Contact | None = None
        edit.macro_sought.connect(self._on_sought)
        edit.macro_key.connect(self._on_key)

    def set_macros(self, macros: tuple[Macro, ...]) -> None:
        self._macros = macros

    def begin(self) -> None:
        """As if the agent had typed `#`."""
        cursor = self._edit.textCursor()
        before = self._edit.toPlainText()[: cursor.position()]
        cursor.insertText("#" if not before or before[-1].isspace() else " #")
        self._edit.setTextCursor(cursor)

    def close(self) -> None:
        self._edit.choosing_macro = False
        if self._list is not None:
            self._list.hide()

    def _on_sought(self, query: str | None) -> None:
        if query is None or not self._macros:
            self.close()
            return
        if self._list is None:
            self._list = MacroList(self._theme, self._over.window())
            self._list.chosen.connect(self._on_chosen)
        self._list.set_macros(tuple(replace(m, text=fill(m.text, self.contact)) for m in self._macros))
        self._list.seek(query, self._edit)
        self._edit.choosing_macro = self._list.is_open

    def _on_key(self, key: int) -> None:
        if self._list is not None:
            self._list.press(key)
            self._edit.choosing_macro = self._list.is_open

    def _on_chosen(self, macro: Macro) -> None:
        self._edit.choosing_macro = False
        self._edit.put_macro(macro.text)
        self.close()

"""The field that finds whom to write to: by name, number or email."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from desktop.engine.views import FoundRecipient, FoundRecipients
from desktop.text.catalog import strip_isolates
from desktop.text.names import display_name
from desktop.text.reasons.describe import describe
from desktop.text.screens.writing import new_conversation as texts
from desktop.ui.look import icons
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import small_button
from desktop.ui.widgets.labels import ElidedLabel, Label, Paragraph
from desktop.ui.widgets.screen_reader.announce import announce
from desktop.ui.widgets.screen_reader.rows import SpokenChoice

_KEY = Qt.ItemDataRole.UserRole
_MAX_ROWS = 6
_INTERCOM_AFTER_MS = 400
_LEAST_CHARS = 3
"""Fewer letters find too much at Intercom to be worth a call."""


class RecipientField(QWidget):
    """Shows what is found below the field, or, once somebody is chosen, who that is.

    Signals:
        typed: look for this text on this computer. arg: the text.
        paused: look for this text at Intercom. arg: the text.
        chosen: args: contact id, and the address where there is no contact.
        cleared: somebody else is to be chosen.
        resized: it needs another height.
    """

    typed = Signal(str)
    paused = Signal(str)
    chosen = Signal(str, str)
    cleared = Signal()
    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._here, self._elsewhere = FoundRecipients(), FoundRecipients()
        self._is_searching = False
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(texts.TO_HINT())
        self.edit.setAccessibleName(texts.TO())
        self.edit.setAccessibleDescription(texts.TO_HINT())
        self.edit.textEdited.connect(self._on_typed)
        self.edit.installEventFilter(self)
        label = Label(texts.TO())
        label.setObjectName("muted")
        label.setBuddy(self.edit)
        self._who = ElidedLabel()
        self.change = small_button(texts.CHANGE_RECIPIENT(), self._on_change)
        self._remark = Paragraph(muted=True)
        self.found = QListWidget()
        self.found.setAccessibleName(texts.RECIPIENTS())
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.found.itemClicked.connect(self._accept)
        SpokenChoice(self.found)
        self._pause = QTimer(self, singleShot=True, interval=_INTERCOM_AFTER_MS)
        self._pause.timeout.connect(self._on_paused)
        row = layouts.row(label, self.edit, self._who, self.change)
        row.setStretchFactor(self.edit, 1)
        row.setStretchFactor(self._who, 1)
        layouts.column(row, self.found, self._remark, parent=self, spacing=GAP - 2)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.reset()

    @property
    def rows(self) -> list[str]:
        """The labels of what is found."""
        return [self.found.item(i).text() for i in range(self.found.count())]

    @property
    def who(self) -> str:
        """Who is chosen, as shown; "" for nobody."""
        return "" if self._who.isHidden() else self._who.text()

    @property
    def remark(self) -> str:
        return self._remark.text()

    def reset(self, text: str = "") -> None:
        """Let the agent choose. text: what is in the field."""
        self._here = self._elsewhere = FoundRecipients()
        self._is_searching = False
        self.edit.setText(text)
        self._show_chosen(False)
        self._show_found()

    def show_here(self, found: FoundRecipients) -> None:
        self._here = found
        self._show_found()

    def show_elsewhere(self, found: FoundRecipients) -> None:
        self._elsewhere, self._is_searching = found, False
        self._show_found()

    def show_chosen(self, text: str, remark: str) -> None:
        self._pause.stop()
        self._who.setText(text)
        self._show_chosen(True)
        self._remark.show_text(remark)
        self.resized.emit()

    def tab_order(self) -> list[QWidget]:
        return [self.edit, self.change]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, rows = event.key(), self.found.count()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and rows:
            step = 1 if key == Qt.Key.Key_Down else -1
            self.found.setCurrentRow((self.found.currentRow() + step) % rows)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._accept(self.found.currentItem())
            return True
        return False

    def _on_typed(self, text: str) -> None:
        self._elsewhere = FoundRecipients()
        self._is_searching = len(text.strip()) >= _LEAST_CHARS
        self._pause.stop()
        if self._is_searching:
            self._pause.start()
        self.typed.emit(text)

    def _on_paused(self) -> None:
        self.paused.emit(self.edit.text())

    def _on_change(self) -> None:
        self.reset(self.edit.text())
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()
        self.cleared.emit()

    def _accept(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(*item.data(_KEY))

    def _show_chosen(self, is_chosen: bool) -> None:
        self.edit.setVisible(not is_chosen)
        self.found.setVisible(not is_chosen)
        self._who.setVisible(is_chosen)
        self.change.setVisible(is_chosen)
        if not is_chosen:
            self._remark.show_text("")

    def _show_found(self) -> None:
        if not self.edit.isVisibleTo(self):
            return
        current = self.found.currentItem()
        previous = current.data(_KEY) if current is not None else None
        self.found.clear()
        known = {found.contact_id for found in self._here.contacts}
        for contact in (*self._here.contacts, *(c for c in self._elsewhere.contacts if c.contact_id not in known)):
            self._add(_label(contact), "fa6s.user", (contact.contact_id, ""))
        if self._here.address and not self._elsewhere_has_address():
            label = texts.WRITE_TO(address=self._here.address)
            self._add(label, "fa6s.pen-to-square", ("", self.edit.text().strip()))
        rows = [self.found.item(i).data(_KEY) for i in range(self.found.count())]
        self.found.setCurrentRow(rows.index(previous) if previous in rows else 0)
        height = max(self.found.sizeHintForRow(0), self.fontMetrics().height() + GAP)
        self.found.setFixedHeight(min(len(rows), _MAX_ROWS) * height + 4)
        self.found.setVisible(bool(rows))
        self._remark.show_text(self._state(bool(rows)))
        if rows:
            announce(self, texts.FOUND_COUNT(count=len(rows)))
        self.resized.emit()

    def _elsewhere_has_address(self) -> bool:
        """Whether Intercom has a contact with the number or email that was typed."""
        typed = self.edit.text().strip().casefold()
        digits = "".join(c for c in typed if c.isdigit())[-8:]
        return any(
            (c.email and c.email.casefold() == typed) or (len(digits) == 8 and digits in c.phone.replace(" ", ""))
            for c in self._elsewhere.contacts
        )

    def _state(self, has_rows: bool) -> str:
        if self._is_searching:
            return texts.SEARCHING_INTERCOM()
        if self._elsewhere.error:
            return describe(self._elsewhere.error)
        return "" if has_rows or not self.edit.text().strip() else texts.NOBODY_FOUND()

    def _add(self, label: str, icon: str, key: tuple[str, str]) -> None:
        item = QListWidgetItem(icons.icon(icon, self._theme.color("muted")), label, self.found)
        item.setData(_KEY, key)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, strip_isolates(label))

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.found.setStyleSheet(
            f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.outline}; border-radius: 6px;"
            f" outline: none; }}"
            f"{row_style(colors, padding='4px 5px')}"
        )


def _label(contact: FoundRecipient) -> str:
    address = contact.phone or contact.email
    name = display_name(contact.name)
    label = texts.FOUND(name=name, address=address) if address else name
    return label if contact.is_here else texts.FOUND_AT_INTERCOM(name=label)

"""The hands of an agent who touches no mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hands import MOST_STEPS, Hands, label_of
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QListWidget,
    QMenu,
    QWidget,
)

from desktop.ui.commands.table import BY_NAME
from desktop.ui.inbox.scheduling.time_picker import TimePicker
from desktop.ui.templates.form.value_edit import ValueEdit


class KeyboardHands(Hands):
    """Touches no mouse."""

    async def find(self, query: str, words: str) -> None:
        await self._press_keys("Ctrl+F")
        await self.type(query)
        results = self.window.list.search.view
        await self.see(lambda: results.isVisible() and self.row(results, words), f"“{words}” among the results")
        await self._step_to(Qt.Key.Key_Down, lambda: words in self._current_text(results), f"the result “{words}”")
        await self.press(Qt.Key.Key_Return)

    async def leave_search(self) -> None:
        await self._press_keys("Ctrl+F")
        # Out of the words, then out of the field.
        await self.press(Qt.Key.Key_Escape)
        await self.press(Qt.Key.Key_Escape)

    async def write(self, text: str, *, note: bool = False) -> None:
        await self.run("note" if note else "reply")
        await self.see(self.editor.hasFocus, "the keyboard in the text")
        await self.type(text)
        await self._press_keys(BY_NAME["send"].keys[0])

    async def run(self, command: str) -> None:
        keys = BY_NAME[command].keys[0]
        if len(keys.removeprefix("Shift+")) == 1:
            lists = self.window.list, self.window.thread_pane
            await self._step_to(Qt.Key.Key_F6, lambda: any(each.hasFocus() for each in lists), "a list")
        await self._press_keys(keys)

    async def pick(self, label: str, typed: str = "") -> None:
        popup = await self.see_popup(QWidget)
        await self.type(typed)
        choices = popup.findChild(QListWidget)
        await self._step_to(Qt.Key.Key_Down, lambda: choices.currentItem().text() == label, f"the choice “{label}”")
        await self.press(Qt.Key.Key_Return)

    async def pick_menu(self, label: str) -> None:
        menu = await self.see_popup(QMenu)
        await self._step_to(Qt.Key.Key_Down, lambda: label_of(menu.activeAction()) == label, f"“{label}” in the menu")
        await self.press(Qt.Key.Key_Return)

    async def pick_day(self, day: date) -> None:
        picker = await self.see_popup(TimePicker)
        # The keyboard is in the day.
        wanted = QDate(day.year, day.month, day.day)
        await self._step_to(Qt.Key.Key_Up, lambda: picker.field.date() == wanted, f"{day}")
        await self.press(Qt.Key.Key_Return)

    async def mark_unread(self, name: str) -> None:
        await self.run("mark_unread")

    async def undo(self) -> None:
        await self.see_undo()
        await self._press_keys(BY_NAME["undo"].keys[-1])

    async def choose(self, label: str) -> None:
        button = self.button(label)
        await self._step_to(Qt.Key.Key_Tab, button.hasFocus, f"the button “{label}”")
        await self.press(Qt.Key.Key_Space)

    async def send_template(self, name: str, values: list[str]) -> None:
        picker = self.window.template_picker
        await self.see(lambda: name in picker.template_list.names, f"the template {name}")
        await self.type(name)
        await self._step_to(Qt.Key.Key_Down, lambda: picker.template_list.template.name == name, f"the template {name}")
        await self.press(Qt.Key.Key_Return)
        for value in values:
            await self._step_to(Qt.Key.Key_Return, self._is_in_empty_field, "an empty field")
            await self.type(value)
        await self._step_to(Qt.Key.Key_Return, picker.bar.send.hasFocus, "the button that sends")
        await self.press(Qt.Key.Key_Space)

    async def change_setting(self, page: str, field: str, option: str) -> None:
        await self._press_keys(BY_NAME["settings"].keys[0])
        names = focused_widget()
        assert isinstance(names, QListWidget)
        await self._step_to(Qt.Key.Key_Down, lambda: names.currentItem().text() == page, f"the page “{page}”")
        await self._step_to(Qt.Key.Key_Tab, lambda: focused_widget().accessibleName() == field, f"the field “{field}”")
        box = focused_widget()
        assert isinstance(box, QComboBox)
        await self._step_to(Qt.Key.Key_Down, lambda: box.currentText() == option, f"“{option}”")
        await self.press(Qt.Key.Key_Escape)

    async def quit(self) -> None:
        await self._press_keys(BY_NAME["quit"].keys[0])

    def _is_in_empty_field(self) -> bool:
        focused = focused_widget()
        return isinstance(focused, ValueEdit) and not focused.value

    def _current_text(self, view: QAbstractItemView) -> str:
        current = view.currentIndex()
        return next((text for index, text in self.rows(view) if index == current), "") if view.hasFocus() else ""

    async def _press_keys(self, keys: str) -> None:
        """keys: portable `QKeySequence` text of one combination."""
        pressed = QKeySequence(keys)[0]
        await self.press(pressed.key(), pressed.keyboardModifiers())

    async def _step_to(self, key: Qt.Key, is_there: Callable[[], object], what: str) -> None:
        for _ in range(MOST_STEPS):
            if is_there():
                return
            await self.press(key)
        raise AssertionError(f"{key.name} doesn't lead to {what}; the keyboard is in {focused_widget()}")


def focused_widget() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None, "nothing has the keyboard"
    return focused

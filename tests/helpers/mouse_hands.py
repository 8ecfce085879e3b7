"""The hands of an agent who types only into fields that were clicked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hands import MOST_STEPS, NO_MODIFIER, Hands, label_of
from PySide6.QtCore import QDate, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QMenu,
    QPushButton,
    QTableView,
    QWidget,
)

from desktop.text.screens import composer as composer_texts
from desktop.text.screens import inbox as inbox_texts
from desktop.text.screens import palette as palette_texts
from desktop.text.screens import settings as settings_texts
from desktop.ui.commands.table import BY_NAME, Group
from desktop.ui.inbox.scheduling.time_picker import TimePicker
from desktop.ui.thread.action_bar import ActionButton

WHEEL_NOTCH = QPoint(0, -120)


class MouseHands(Hands):
    """Clicks and turns the wheel; types only into a field that was clicked."""

    async def find(self, query: str, words: str) -> None:
        field = self.window.list.search.bar.field
        await self.leave_search()
        await self.click(field)
        await self.type(query)
        results = self.window.list.search.view
        await self.see(lambda: results.isVisible() and self.row(results, words), f"“{words}” among the results")
        await self._click_row(results, words)

    async def leave_search(self) -> None:
        field = self.window.list.search.bar.field
        if field.text():
            await self.click(_clear_button(field))

    async def write(self, text: str, *, note: bool = False) -> None:
        await self.click(self.button(composer_texts.NOTE() if note else composer_texts.REPLY()))
        await self.click(self.editor)
        await self.type(text)
        # Its text says what it does now: send, add a note, or wait for the network.
        await self.click(self.window.composer.findChild(QPushButton, "primary"))

    async def run(self, command: str) -> None:
        bar = self.window.thread_pane.header.action_bar
        buttons = [b for b in bar.findChildren(ActionButton) if b.command == command and b.isVisible()]
        if buttons:
            await self.click(buttons[0])
        else:
            await self.click(bar.more)
            await self._pick_action(BY_NAME[command].label)

    async def pick(self, label: str, typed: str = "") -> None:
        popup = await self.see_popup(QWidget)
        if typed:
            await self.click(popup.findChild(QLineEdit))
            await self.type(typed)
        await self._click_row(popup.findChild(QListWidget), label)

    async def pick_menu(self, label: str) -> None:
        await self._pick_action(label)

    async def pick_day(self, day: date) -> None:
        picker = await self.see_popup(TimePicker)
        field = picker.field
        await self.click(field, QPoint(field.width() - 8, field.height() // 2))
        await self.see(lambda: QApplication.activePopupWidget() is not picker, "the calendar")
        calendar = field.calendarWidget()
        table = calendar.findChild(QTableView)
        if calendar.monthShown() != day.month:
            await self.click(calendar.findChild(QWidget, "qt_calendar_nextmonth"))
        # The days of other months stand before and after.
        model = table.model()
        cells = [model.index(row, column) for row in range(1, 7) for column in range(1, 8)]
        numbers = [cell.data() for cell in cells]
        first = numbers.index(1)
        cell = cells[numbers.index(day.day, first)]
        await self.click(table.viewport(), table.visualRect(cell).center())
        await self.see(lambda: field.date() == QDate(day.year, day.month, day.day), f"{day} in the picker")
        await self.click(picker.button)

    async def mark_unread(self, name: str) -> None:
        await self.leave_search()
        await self._click_row(self.customers, name, Qt.MouseButton.RightButton)
        await self._pick_action(BY_NAME["mark_unread"].label)

    async def undo(self) -> None:
        await self.click(await self.see_undo())

    async def choose(self, label: str) -> None:
        await self.click(self.button(label))

    async def send_template(self, name: str, values: list[str]) -> None:
        picker = self.window.template_picker
        await self.see(lambda: name in picker.template_list.names, f"the template {name}")
        await self._click_row(picker.template_list.list, name)
        await self.see(lambda: picker.editor.fields.fields, "the fields")
        empty = [f.edit for f in picker.editor.fields.fields if not f.edit.value]
        for edit, value in zip(empty, values, strict=True):
            await self._turn_wheel_to(picker.editor.fields, edit)
            await self.click(edit)
            await self.type(value)
        await self.click(picker.bar.send)

    async def change_setting(self, page: str, field: str, option: str) -> None:
        await self.click(self.button(inbox_texts.SETTINGS_BUTTON()))
        lists = [w for w in self.window.findChildren(QListWidget) if w.isVisible()]
        names = next(w for w in lists if w.accessibleName() == settings_texts.SECTIONS())
        await self._click_row(names, page)
        boxes = [b for b in self.window.findChildren(QComboBox) if b.isVisible()]
        box = next(b for b in boxes if b.accessibleName() == field)
        await self.click(box)
        await self.see_popup(QWidget)
        await self._click_row(box.view(), option)
        await self.click(self.button(settings_texts.CLOSE()))

    async def quit(self) -> None:
        await self.click(self.button(inbox_texts.MENU_BUTTON()))
        await self._pick_action(palette_texts.GROUPS[Group.PROGRAM.name]())
        await self._pick_action(BY_NAME["quit"].label)

    # --- clicks ------------------------------------------------------------------------------------------------------

    async def click(
        self, widget: QWidget, at: QPoint | None = None, button: Qt.MouseButton = Qt.MouseButton.LeftButton
    ) -> None:
        point = at if at is not None else widget.rect().center()
        assert self._is_hit(widget, point), f"something lies above {widget}"

        def act() -> None:
            window, position = _in_window(widget, point)
            QTest.mouseMove(window, position)
            QTest.mouseClick(window, button, NO_MODIFIER, position)

        await self._act(act)

    async def _click_row(
        self, view: QAbstractItemView, words: str, button: Qt.MouseButton = Qt.MouseButton.LeftButton
    ) -> None:
        index = self.row(view, words)
        assert index is not None, f"no row “{words}”: {[text for _, text in self.rows(view)]}"
        await self._turn_wheel(view, lambda: view.viewport().rect().contains(_middle(view.visualRect(index))))
        await self.click(view.viewport(), view.visualRect(index).center(), button)

    async def _turn_wheel_to(self, area: QWidget, widget: QWidget) -> None:
        await self._turn_wheel(area, lambda: not widget.visibleRegion().isEmpty())

    async def _turn_wheel(self, area: QWidget, is_there: Callable[[], object]) -> None:
        def turn() -> None:
            window, position = _in_window(area, area.rect().center())
            QTest.wheelEvent(window, QPointF(position), WHEEL_NOTCH)

        for _ in range(MOST_STEPS):
            if is_there():
                return
            await self._act(turn)
        raise AssertionError("the wheel doesn't lead there")

    async def _pick_action(self, label: str) -> None:
        def action_of() -> tuple[QMenu, QAction] | None:
            menu = QApplication.activePopupWidget()
            actions = menu.actions() if isinstance(menu, QMenu) else []
            return next(((menu, a) for a in actions if label_of(a) == label), None)

        await self.see(action_of, f"“{label}” in a menu")
        menu, action = action_of()
        assert action.isEnabled(), f"“{label}” can't be chosen: {action.toolTip()}"
        await self.click(menu, menu.actionGeometry(action).center())


def _in_window(widget: QWidget, point: QPoint):
    window = widget.window()
    return window.windowHandle(), widget.mapTo(window, point)


def _middle(rect: QRect) -> QRect:
    return QRect(rect.center(), rect.center())


def _clear_button(field: QWidget) -> QWidget:
    """The last button: the first one is the magnifying glass."""
    return max(field.findChildren(QAbstractButton), key=lambda button: button.x())

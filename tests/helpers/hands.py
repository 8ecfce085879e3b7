"""What an agent does at the desk, once with the keyboard alone and once with the mouse.

Keys, clicks and turns of the wheel arrive at a window as those of the system do: Qt decides which widget gets them, so
nothing that is covered, disabled or without the focus can be reached.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date

from first_start import ProgramDriver
from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QWidget,
)

from desktop.text.screens import inbox as inbox_texts
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.customers.customer_list import CustomerListView
from desktop.ui.inbox.main_window import MainWindow

MOST_STEPS = 60
"""More presses of one key, or turns of the wheel, than any way through the program takes."""
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


class Hands(ABC):
    """Does one thing at a time, and returns when the program shows it."""

    def __init__(self, driver: ProgramDriver) -> None:
        self.driver = driver
        # PySide takes what was found below a window for deleted when nothing refers to the window any more.
        self._seen_windows: set[QWidget] = set()

    # --- eyes --------------------------------------------------------------------------------------------------------

    @property
    def window(self) -> MainWindow:
        return self.driver.inbox

    @property
    def editor(self) -> ComposerEdit:
        return self.window.composer.findChild(ComposerEdit)

    @property
    def customers(self) -> CustomerListView:
        return self.window.list.findChild(CustomerListView)

    async def see(self, condition: Callable[[], object], what: str) -> None:
        await self.driver.wait_until(condition, what)

    async def see_popup(self, kind: type[QWidget]) -> QWidget:
        await self.see(lambda: isinstance(QApplication.activePopupWidget(), kind), kind.__name__)
        popup = QApplication.activePopupWidget()
        assert popup is not None
        return popup

    async def see_undo(self) -> QAbstractButton:
        button = self.window.toast.findChild(QAbstractButton)
        await self.see(lambda: button.isVisible() and button.text() == inbox_texts.UNDO(), "Undo")
        return button

    def rows(self, view: QAbstractItemView) -> list[tuple[QModelIndex, str]]:
        """The rows and what a screen reader says of them."""
        model = view.model()
        indexes = [model.index(row, 0) for row in range(model.rowCount())]
        roles = Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole
        return [(index, next((str(t) for t in map(index.data, roles) if t), "")) for index in indexes]

    def row(self, view: QAbstractItemView, words: str) -> QModelIndex | None:
        """The only row, or the first one, with these words."""
        return next((index for index, text in self.rows(view) if words in text), None)

    def button(self, label: str) -> QAbstractButton:
        """The only button with this text or accessible name that isn't covered."""
        windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        self._seen_windows.update(windows)
        buttons = [b for w in windows for b in w.findChildren(QAbstractButton) if b.isVisible()]
        named = [b for b in buttons if label in (b.text(), b.accessibleName())]
        found = [b for b in named if self._is_hit(b, b.rect().center())]
        assert len(found) == 1, f"{len(found)} buttons “{label}”: {self.driver.visible_text()}"
        assert found[0].isEnabled(), f"“{label}” can't be pressed"
        return found[0]

    def _is_hit(self, widget: QWidget, point: QPoint) -> bool:
        """Whether a click at this point of the widget gets to it."""
        # Not `QApplication.widgetAt`, which knows nothing beyond the screen: offscreen, that is small.
        window = widget.window()
        self._seen_windows.add(window)
        popup = QApplication.activePopupWidget()
        hit = window.childAt(widget.mapTo(window, point)) or window
        return popup in (None, window) and (hit is widget or widget.isAncestorOf(hit))

    # --- what both do ------------------------------------------------------------------------------------------------

    async def _act(self, act: Callable[[], object]) -> None:
        """Run it from Qt's loop, where the tasks that it wakes may run, and not from within this task."""
        done = asyncio.get_running_loop().create_future()

        def run() -> None:
            try:
                act()
            finally:
                done.set_result(None)

        QTimer.singleShot(0, run)
        await done

    async def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        await self._act(lambda: QTest.keyClick(_front().windowHandle(), key, modifiers))

    async def type(self, text: str) -> None:
        def keys() -> None:
            for letter in text:
                QTest.keyClick(_front().windowHandle(), ord(letter))

        await self._act(keys)

    # --- a day's work ------------------------------------------------------------------------------------------------

    @abstractmethod
    async def find(self, query: str, words: str) -> None:
        """Search, and open the first result with these words."""

    @abstractmethod
    async def leave_search(self) -> None:
        """Go back from the results of the search to the list."""

    @abstractmethod
    async def write(self, text: str, *, note: bool = False) -> None:
        """Write a reply or a note, and send it."""

    @abstractmethod
    async def run(self, command: str) -> None:
        """Run a command on the conversation on the screen."""

    @abstractmethod
    async def pick(self, label: str, typed: str = "") -> None:
        """Choose from the list that a command opened. typed: what to type into its field before."""

    @abstractmethod
    async def pick_menu(self, label: str) -> None:
        """Choose from the menu that a command opened."""

    @abstractmethod
    async def pick_day(self, day: date) -> None:
        """Choose a day, at the time that is offered, in the picker of the snooze."""

    @abstractmethod
    async def mark_unread(self, name: str) -> None:
        """Mark the customer on the screen as unread."""

    @abstractmethod
    async def undo(self) -> None:
        """Take back what was just done."""

    @abstractmethod
    async def choose(self, label: str) -> None:
        """Press a button of the sheet on the screen."""

    @abstractmethod
    async def send_template(self, name: str, values: list[str]) -> None:
        """values: of the fields that are empty, in their order."""

    @abstractmethod
    async def change_setting(self, page: str, field: str, option: str) -> None: ...

    @abstractmethod
    async def quit(self) -> None:
        """Ask the program to quit."""


def _front() -> QWidget:
    """The window that gets the keys."""
    front = QApplication.activePopupWidget() or QApplication.activeWindow()
    assert front is not None, "no window has the keyboard"
    return front


def label_of(action: QAction | None) -> str:
    """Without the keys."""
    return action.text().split("\t")[0].replace("&&", "&") if action is not None else ""

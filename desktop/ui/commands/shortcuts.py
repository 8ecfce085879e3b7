"""The listener for the keys of the main window's commands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.ui.commands.table import COMMANDS


class Shortcuts(QObject):
    """Listens for the keys in `COMMANDS`.

    Signals:
        activated: a shortcut was pressed. arg: its command.
    """

    activated = Signal(str)

    def __init__(self, window: QWidget, lists: Sequence[QWidget]) -> None:
        """lists: the widgets in which a single letter is a command. Anywhere else it is, or was meant as, text."""
        super().__init__(window)
        self._lists = lists
        for command in COMMANDS:
            for keys in command.keys if command.handles_keys else ():
                key = QShortcut(QKeySequence(keys), window)
                key.setAutoRepeat(False)
                key.setProperty("command", command.name)
                key.setProperty("letter", is_letter(keys))
                key.activated.connect(self._on_activated)

    def _on_activated(self) -> None:
        key = self.sender()
        if not key.property("letter") or any(each.hasFocus() for each in self._lists):
            self.activated.emit(key.property("command"))


def is_letter(keys: str) -> bool:
    """Whether these keys write a letter in a text field. keys: portable `QKeySequence` text."""
    return len(keys.removeprefix("Shift+")) == 1

"""Qt's application object, as this program needs it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """on_quit: called where the system quits the program, as the menu of macOS does; Qt would close the windows, of
    which one stays, hidden, where that shall not end the program. Returns False to leave it to Qt.
    """

    on_quit: Callable[[], bool] | None = None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Quit and self.on_quit is not None and self.on_quit():
            event.ignore()
            return True
        return super().event(event)

"""Announcements to a screen reader."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.text.catalog import strip_isolates
from desktop.ui.widgets.screen_reader.roles import Role

_SHOWN_FOR_MS = 4000
"""A reader asks for the text after it has been told that there is a notification."""

if_not_heard: Callable[[Callable[[], None]], None] | None = None
"""Calls its argument, soon, if a screen reader is running that does not hear announcements: Orca before version 45.
None: all hear them."""


def announce(widget: QWidget, text: str) -> None:
    """Let a running screen reader speak `text` once it has finished what it is reading.

    Nothing is spoken if the widget is gone by then.

    widget: where it happened.
    """
    from PySide6.QtGui import QAccessible

    if QAccessible.isActive():
        # Once the focus has moved, where it moves in the same breath: readers interrupt themselves for that.
        QTimer.singleShot(0, widget, lambda: _announce_now(widget, strip_isolates(text)))


def _announce_now(widget: QWidget, said: str) -> None:
    # Qt's classes for this are made with their enums: 2 ms, not before there is something to say.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    event = QAccessibleAnnouncementEvent(widget, said)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)
    if if_not_heard is not None:
        window = widget.window()
        if_not_heard(lambda: _Notification(said, window).speak())


class _Notification(QWidget):
    """Readers speak a notification when it appears."""

    accessible_role = Role.NOTIFICATION

    def __init__(self, text: str, window: QWidget) -> None:
        super().__init__(window)
        self.setAccessibleName(text)
        # What has no size is not on the screen.
        self.resize(1, 1)

    def speak(self) -> None:
        self.show()
        QTimer.singleShot(_SHOWN_FOR_MS, self, self.deleteLater)

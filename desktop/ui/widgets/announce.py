"""Announcements to a screen reader."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.text.catalog import strip_isolates


def announce(widget: QWidget, text: str) -> None:
    """Let a running screen reader speak `text` once it has finished what it is reading.

    widget: where it happened.
    """
    # Qt's classes for this are made with their enums: 2 ms, not before there is something to say.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    if QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(widget, strip_isolates(text))
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)

"""What widgets are where Qt can't guess it: it takes every class of ours for a plain area."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a widget is, where its class says so in `accessible_role`.

    WINDOW: unless it is shown within another. DIALOG: while it is open, nothing else in its window can be reached.
    TEXT: its name is all that it has to say.

    A class may also have a method `accessible_parts`: it returns the widgets in it that a screen reader is told of, or
    None for all.
    """

    WINDOW = "window"
    DIALOG = "dialog"
    NOTIFICATION = "notification"
    TEXT = "text"
    SEPARATOR = "separator"

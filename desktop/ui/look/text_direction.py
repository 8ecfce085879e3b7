"""The direction of the screen, and of a text that anybody may have written."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDateTimeEdit, QMenu, QWidget


def is_mirrored() -> bool:
    """Whether the application is laid out from right to left; for what is painted where no widget's layout is known."""
    return QApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft


def leading_side(*, mirrored: bool) -> Qt.AlignmentFlag:
    """Return the alignment of text that begins where lines of the layout begin, whatever the text's own direction."""
    side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute


def leading_corner(widget: QWidget) -> QPoint:
    """Return the global position of the first pixel of the widget, in the upper corner where its lines begin."""
    return widget.mapToGlobal(QPoint(widget.width() - 1 if widget.isRightToLeft() else 0, 0))


def fit(popup: QWidget) -> None:
    """Give a pop-up its size before it is shown for the first time, when Qt gives its parts their style."""
    for widget in (popup, *popup.findChildren(QWidget)):
        widget.ensurePolished()
    popup.adjustSize()


def open_menu(menu: QMenu, at: QPoint) -> None:
    """Open a menu so that this is its first pixel in the leading upper corner.

    Not `exec`: a nested event loop would block all tasks.
    """
    # Qt takes the position for the left corner in every layout.
    menu.popup(at - QPoint(menu.sizeHint().width() - 1, 0) if menu.isRightToLeft() else at)


def keep_left_to_right(field: QDateTimeEdit) -> None:
    """Write a time from left to right in every layout: Qt would put its parts in the opposite order, 20:00 as 00:20."""
    unreversed = field.displayFormat()
    field.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    field.setDisplayFormat(unreversed)


def is_right_to_left(text: str) -> bool:
    """Whether the first character with a direction is right-to-left."""
    return _first_direction(text) in ("R", "AL")


def has_direction(text: str) -> bool:
    """Whether any character has one; others, such as digits and emoji, go with the layout around them."""
    return bool(_first_direction(text))


def _first_direction(text: str) -> str:
    """Return the first strong class of Unicode's bidirectional algorithm; "" for none."""
    return next((d for d in map(unicodedata.bidirectional, text) if d in ("L", "R", "AL")), "")

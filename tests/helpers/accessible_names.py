"""What a screen reader would miss on a screen: roles, names, and words that nobody should hear."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QScrollArea, QWidget

ISOLATES = frozenset("\u2066\u2067\u2068\u2069\u200e\u200f")
WITHIN_FIELDS = (QAbstractSpinBox, QComboBox)
"""What is in these is told as a part of them."""


def unspoken(screen: QWidget) -> Iterator[str]:
    """What is wrong with the visible widgets of a screen.

    Those that the keyboard reaches need a role and a name, and no name has marks of direction.
    """
    for widget in [screen, *screen.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        name, about = (interface.text(t) for t in (QAccessible.Text.Name, QAccessible.Text.Description))
        where = f"{type(widget).__name__} {name!r} in {type(widget.parentWidget()).__name__}"
        if is_focusable(widget) and (not name.strip() or interface.role() is QAccessible.Role.NoRole):
            yield f"{where} has no name or no role"
        if (isinstance(widget, QAbstractButton) or is_focusable(widget)) and name and about == name:
            yield f"{where} is said twice"
        if ISOLATES & {*name} and not _is_named_by_value(widget):
            yield f"{where} has marks of direction"


def _is_named_by_value(widget: QWidget) -> bool:
    """On Linux Qt names a box by what is chosen in it, where a phone number needs its marks."""
    return isinstance(widget, QComboBox) and sys.platform.startswith("linux")


def is_focusable(widget: QWidget) -> bool:
    is_inner = isinstance(widget.parentWidget(), WITHIN_FIELDS) or isinstance(widget, QScrollArea)
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled() and not is_inner

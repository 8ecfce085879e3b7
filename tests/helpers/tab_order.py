"""Where Tab leads in a window."""

from __future__ import annotations

from collections.abc import Iterator

from accessible_names import is_focusable
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from desktop.ui.widgets.overlay import Overlay

MOST_STOPS, MOST_WITHIN = 150, 8
"""In a window, and in one field: Tab goes through the parts of a date."""


def traps(screen: QWidget) -> Iterator[str]:
    """What Tab does not come out of, and what it does not come to, in the window that has the keyboard, which stays
    where it was.
    """
    window, focused = screen.window(), QApplication.focusWidget()
    if focused is None or focused.window() is not window or isinstance(window, QMenu):
        return
    stops = tab_round(window)
    if len(stops) > MOST_STOPS:
        yield f"Tab comes to no end: {', '.join(map(describe, stops[-MOST_WITHIN:]))}"
    else:
        yield from (f"Tab does not come to {describe(widget)}" for widget in unreachable(window, stops))
    focused.setFocus(Qt.FocusReason.OtherFocusReason)


def tab_round(window: QWidget, *, back: bool = False) -> list[QWidget]:
    """The stops from the one that has the keyboard until one comes again. back: by Shift+Tab."""
    modifier = Qt.KeyboardModifier.ShiftModifier if back else Qt.KeyboardModifier.NoModifier
    stops: list[QWidget] = []
    within = 0
    while len(stops) <= MOST_STOPS:
        focused = QApplication.focusWidget() or window
        within = within + 1 if stops and focused is stops[-1] else 0
        if within > MOST_WITHIN or focused in stops[:-1]:
            break
        if not within:
            stops.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab, modifier)
    return stops


def unreachable(window: QWidget, stops: list[QWidget]) -> Iterator[QWidget]:
    """What Tab does not come to, though it can be seen and would take the keyboard. An open sheet keeps it."""
    sheets = [sheet for sheet in window.findChildren(Overlay) if sheet.is_open]
    for widget in (sheets[-1] if sheets else window).findChildren(QWidget):
        is_stop = widget.isVisible() and is_focusable(widget) and widget.window() is window
        if is_stop and widget not in stops and not _is_in_group(widget):
            yield widget


def describe(widget: QWidget) -> str:
    name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    return f"{type(widget).__name__} {name!r} in {type(widget.parentWidget()).__name__}"


def _is_in_group(widget: QWidget) -> bool:
    """Whether the arrow keys lead here, from the one that is chosen among several."""
    is_choice = isinstance(widget, QAbstractButton) and widget.isCheckable()
    return is_choice and (widget.autoExclusive() or widget.group() is not None)

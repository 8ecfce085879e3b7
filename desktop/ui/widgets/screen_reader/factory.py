"""Lets Qt ask for the roles of our widgets, and stay silent while they are built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QSplitterHandle, QWidget

from desktop.ui.widgets.screen_reader.roles import Role
from desktop.ui.widgets.screen_reader.rows import on_focus_changed

if TYPE_CHECKING:
    from PySide6.QtGui import QAccessibleInterface


@cache
def install() -> None:
    """Tell Qt of the roles, once, before a screen reader asks for a widget the first time."""
    from PySide6.QtGui import QAccessible

    QAccessible.installFactory(_make_interface)
    cast(QApplication, QApplication.instance()).focusChanged.connect(on_focus_changed)


@contextmanager
def untold() -> Iterator[None]:
    """Tell a screen reader nothing of what happens within, such as a window that is built: of each widget it would
    learn every name and state that it is given on the way, and be busy with that when the agent begins to work.
    """
    from PySide6.QtGui import QAccessible

    was_active = QAccessible.isActive()
    QAccessible.setActive(False)
    try:
        yield
    finally:
        QAccessible.setActive(was_active)


def _make_interface(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    """Called by Qt when a reader asks for a thing, with the names of its class and of those that it derives from."""
    role = Role.SEPARATOR if isinstance(thing, QSplitterHandle) else getattr(thing, "accessible_role", None)
    if role is None or not isinstance(thing, QWidget):
        return None
    from desktop.ui.widgets.screen_reader.interface import make_interface

    return make_interface(thing, role)

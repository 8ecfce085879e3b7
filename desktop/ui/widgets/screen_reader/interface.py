"""Qt's description of a widget for screen readers, with another role or other parts. Imported for the first reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import isValid

from desktop.ui.widgets.screen_reader.roles import Role

_QT_ROLES = {
    Role.WINDOW: QAccessible.Role.Window,
    Role.DIALOG: QAccessible.Role.Dialog,
    Role.NOTIFICATION: QAccessible.Role.Notification,
    Role.TEXT: QAccessible.Role.StaticText,
    Role.SEPARATOR: QAccessible.Role.Separator,
}
_made: list[Interface] = []
"""Qt deletes them with their widgets, but Python would do so at once."""


def make_interface(widget: QWidget, role: Role) -> QAccessibleInterface:
    """Describe a widget whose class has this role."""
    is_inner = role is Role.WINDOW and not widget.isWindow()
    interface = Interface(widget, QAccessible.Role.Client if is_inner else _QT_ROLES[role])
    _made[:] = [*filter(isValid, _made), interface]
    return interface


class Interface(QAccessibleWidget):
    """What screen readers see of a widget. While a dialog is open, it is the only child of the widget it covers."""

    def parent(self) -> QAccessibleInterface:
        widget = self.widget()
        at = widget.parentWidget() if _role_of(widget) is Role.DIALOG else None
        while at is not None:
            if widget in (_parts_of(at) or ()):
                return QAccessible.queryAccessibleInterface(at)
            at = at.parentWidget()
        return super().parent()

    def state(self) -> QAccessible.State:
        state = super().state()
        if _role_of(self.widget()) is Role.DIALOG:
            state.modal = 1
        return state

    def childCount(self) -> int:
        parts = _parts_of(self.widget())
        return super().childCount() if parts is None else len(parts)

    def child(self, index: int) -> QAccessibleInterface:
        parts = _parts_of(self.widget())
        return super().child(index) if parts is None else QAccessible.queryAccessibleInterface(parts[index])

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        parts = _parts_of(self.widget())
        if parts is None:
            return super().indexOfChild(child)
        return next((at for at, part in enumerate(parts) if part is child.object()), -1)


def _role_of(widget: QWidget) -> Role | None:
    role = getattr(widget, "accessible_role", None)
    return role if isinstance(role, Role) else None


def _parts_of(widget: QWidget) -> Sequence[QWidget] | None:
    """The children that screen readers see in a widget; None for all of them."""
    find_parts: Callable[[], Sequence[QWidget] | None] | None = getattr(widget, "accessible_parts", None)
    if find_parts is not None:
        return find_parts()
    return () if _role_of(widget) is Role.TEXT else None

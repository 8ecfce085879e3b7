"""A notification service as desktops run one, for a session bus of a test."""

# No `from __future__ import annotations`: the library reads the signatures of D-Bus from the annotations.

from dataclasses import dataclass

from dbus_fast import PropertyAccess
from dbus_fast.service import ServiceInterface, dbus_property, method, signal


@dataclass
class Shown:
    app_name: str
    icon: str
    summary: str
    body: str
    actions: list[str]


class NotificationInterface(ServiceInterface):
    """`org.freedesktop.Notifications`. shown: by number."""

    def __init__(self, capabilities: list[str]) -> None:
        super().__init__("org.freedesktop.Notifications")
        self.capabilities = capabilities
        self.inhibited = False
        self.shown: dict[int, Shown] = {}
        self._number = 0

    @method()
    def GetCapabilities(self) -> "as":  # noqa: F722
        return self.capabilities

    @method()
    def GetServerInformation(self) -> "ssss":  # noqa: F821
        return ["test", "reachline", "1", "1.2"]

    @method()
    def Notify(
        self,
        app_name: "s",  # noqa: F821
        replaces: "u",  # noqa: F821
        icon: "s",  # noqa: F821
        summary: "s",  # noqa: F821
        body: "s",  # noqa: F821
        actions: "as",  # noqa: F722
        hints: "a{sv}",  # noqa: F722
        timeout: "i",  # noqa: F821
    ) -> "u":  # noqa: F821
        self._number += 1
        self.shown[self._number] = Shown(app_name, icon, summary, body, actions)
        return self._number

    @method()
    def CloseNotification(self, number: "u"):  # noqa: F821
        if self.shown.pop(number, None) is not None:
            self.NotificationClosed(number, 3)

    @signal()
    def NotificationClosed(self, number: int, reason: int) -> "uu":  # noqa: F821
        return [number, reason]

    @signal()
    def ActionInvoked(self, number: int, action: str) -> "us":  # noqa: F821
        return [number, action]

    @dbus_property(access=PropertyAccess.READ)
    def Inhibited(self) -> "b":  # noqa: F821
        return self.inhibited

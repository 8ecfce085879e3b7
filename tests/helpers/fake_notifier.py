"""Stand-ins for the machine's notifications and for what the engine publishes."""

from __future__ import annotations

from collections.abc import Callable

from desktop.engine.changes import Listeners
from desktop.engine.notifications.model import Attention, NotificationNews, NotificationSettings
from desktop.ports import DesktopNotification


class FakeNotifier:
    """shown: by key, what is on the desktop, with what each action does."""

    def __init__(self) -> None:
        self.shown: dict[str, tuple[DesktopNotification, Callable[[str], None]]] = {}
        self.available = True
        self.quiet = False
        self.closed = False

    async def is_available(self) -> bool:
        return self.available

    async def is_do_not_disturb(self) -> bool:
        return self.quiet

    async def show(self, notification: DesktopNotification, on_action: Callable[[str], None]) -> bool:
        if self.available:
            self.shown[notification.key] = notification, on_action
        return self.available

    async def withdraw(self, key: str) -> None:
        self.shown.pop(key, None)

    async def aclose(self) -> None:
        self.shown.clear()
        self.closed = True

    def act(self, key: str, action: str) -> None:
        """As the system does when the agent chooses something."""
        _, on_action = self.shown.pop(key)
        on_action(action)


class FakeNotifications(Listeners[NotificationNews]):
    def __init__(self) -> None:
        super().__init__()
        self.settings = NotificationSettings()
        self.attentions: list[Attention] = []
        self.dismissed: list[str] = []

    def set_attention(self, attention: Attention) -> None:
        self.attentions.append(attention)

    def dismiss(self, key: str) -> None:
        self.dismissed.append(key)


class FakeLoginItem:
    def __init__(self) -> None:
        self.enabled = False
        self.broken: OSError | None = None

    def is_enabled(self) -> bool:
        return self.enabled

    def set_enabled(self, is_enabled: bool) -> None:
        if self.broken is not None:
            raise self.broken
        self.enabled = is_enabled

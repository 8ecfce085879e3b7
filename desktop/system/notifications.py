"""Notifications on the desktop."""

from __future__ import annotations


class SilentNotifier:
    """Implements `ports.Notifier` where no notifications are wanted: the demo, tests, systems that have none."""

    async def show(self, title: str, text: str, *, customer_id: str) -> None:
        """Does nothing."""
        return None

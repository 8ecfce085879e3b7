"""For the demo's own widgets."""

from __future__ import annotations

from screen_fixtures import delete_later, only_theme, theme, ticker

__all__ = ["delete_later", "only_theme", "theme", "ticker"]

"""Every switch of the sandbox, with its unit, in one place."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(slots=True)
class Fault:
    """One misbehaviour, spent by the first request it fits.

    path: a regular expression searched in the request's path.
    action: `status` answers `status` without processing (an error list, or an HTML page with `html`);
        `truncate` processes and cuts the JSON in half; `delay` waits `seconds` and then processes;
        `drop_before` / `drop_after` close the connection without an answer, before or after processing.
    """

    method: str
    path: str
    action: Literal["status", "truncate", "delay", "drop_before", "drop_after"]
    status: int = 500
    html: bool = False
    seconds: float = 0.0
    times: int = 1


_WORDS = {"note_part_type": ("note", "comment"), "note_author": ("admin", "bot")}


@dataclass(slots=True)
class Settings:
    # The bridge.
    bridge_delay_s: float = 0.0  # from a channel's receipt to the bridge's post in Intercom
    relay_api_replies: bool = True  # False: ignores parts that another app made through the API
    new_conversation_after_s: float | None = None  # buffer since the close; None: always continue
    tags: bool = True  # tag new conversations with the channel
    note_delay_s: float = 2.0  # from a refused relay to the failure note
    note_text: str = (
        "Octopods: this message was not sent. The 24-hour messaging window has expired; please use a template message."
    )
    blocked_note_text: str = "Octopods: this message could not be delivered. The user has blocked the bot."
    note_part_type: Literal["note", "comment"] = "note"
    note_author: Literal["admin", "bot"] = "admin"
    # Intercom.
    rate_limit_per_10s: int = 1667
    replies_per_conversation_per_10s: int = 10
    replies_per_10s: int = 100
    search_gt_inclusive: bool = False  # whether `>` also finds the equal value
    search_lag_s: float = 0.0  # until search sees a change
    default_version: str = "2.12"  # what a request without Intercom-Version gets
    timezone: str = "UTC"  # of the workspace: whole-day contact searches
    # Faults.
    fail_next: list[Fault] = field(default_factory=list)

    def update(self, changes: dict[str, Any]) -> None:
        """Set several by name; ValueError names the first one that does not fit, and nothing is changed."""
        for name, value in changes.items():
            if not self._fits(name, value):
                raise ValueError(f"setting {name!r} cannot be {value!r}")
        for name, value in changes.items():
            setattr(self, name, value)

    def _fits(self, name: str, value: Any) -> bool:
        if name not in {f.name for f in dataclasses.fields(self)} - {"fail_next"}:
            raise ValueError(f"unknown setting {name!r}")
        if name in _WORDS:
            return value in _WORDS[name]
        if name == "new_conversation_after_s" and value is None:
            return True
        old = getattr(self, name)
        if isinstance(old, bool | str):
            return isinstance(value, type(old))
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0

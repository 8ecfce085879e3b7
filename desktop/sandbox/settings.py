"""Every switch of the sandbox, with its unit, in one place."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Action = Literal[
    "status",
    "status_after",
    "drop_before",
    "drop_after",
    "delay",
    "delay_after",
    "close_mid_answer",
    "truncate",
    "empty",
    "wrong_type",
    "clock_jump",
    "repeat_hits",
    "miss_hit",
]


@dataclass(slots=True)
class Fault:
    """One misbehaviour, for the requests it fits. ValueError for one that no provider could commit.

    method: `*` fits all. path: a regular expression searched in the request's path.
    times: how many requests it strikes before it is spent; None for all of them.
    chance: of striking a request that it fits, drawn from the world's own seeded dice; a request it spares is
        left to the later faults of the list.
    action, without processing the request:
        `status` answers `status` with an error list, or with an HTML page when `html` (status 200 with `html` is
        a hotel's login page). A 429 carries the rate limit's headers when `rate_headers`, and is the code of a
        busy resource otherwise.
        `drop_before` closes the connection without an answer.
    before processing it:
        `delay` waits `seconds` of real time, and processes even what the caller has given up.
        `clock_jump` moves the sandbox's clock `seconds` ahead.
    after processing it:
        `status_after` answers `status` (5xx only: every other status says that nothing happened), or its page.
        `drop_after` closes without an answer; `close_mid_answer` does so after the headers and half the body.
        `delay_after` holds the answer back for `seconds` of real time.
        `truncate` cuts the JSON in half and looks complete; `empty` has no body; `wrong_type` calls it HTML.
    while processing a search (others pass untouched):
        `repeat_hits` gives the first hit of the page twice, and its last hit again on the next page.
        `miss_hit` leaves out the hit that changed last, without a gap in the paging.
    """

    method: str
    path: str
    action: Action
    status: int = 500
    html: bool = False
    seconds: float = 0.0
    times: int | None = 1
    chance: float = 1.0
    rate_headers: bool = False

    def __post_init__(self) -> None:
        if self.action not in get_args(Action):
            raise ValueError(f"action must be one of {', '.join(get_args(Action))}")
        if self.action == "status_after" and self.status < 500:
            raise ValueError(f"{self.status} is never answered to a request that was processed")
        if not 0 <= self.chance <= 1:
            raise ValueError("chance must be between 0 and 1")
        if not 200 <= self.status <= 599:
            raise ValueError(f"{self.status} is no status of a final answer")
        if self.seconds < 0:
            raise ValueError("seconds cannot be negative")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from None

    def fits(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and re.search(self.path, path) is not None


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
    # Faults, the first that fits and strikes takes the request.
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

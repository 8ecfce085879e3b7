"""Points in time inside a sentence, in the computer's time zone."""

from __future__ import annotations

from datetime import datetime


def at_time(then: datetime, now: datetime) -> str:
    """`at 14:02` today, `on 21 November at 14:02` else, with the year where it is another one."""
    local, today = then.astimezone(), now.astimezone()
    if local.date() == today.date():
        return f"at {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"on {local.day} {local:%B}{year} at {local:%H:%M}"

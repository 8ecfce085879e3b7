"""Names and phrases that many sentences share. New places: `desktop.text.names`, `formats` and `forwarding`."""

from __future__ import annotations

from datetime import datetime

from desktop.engine.views import ConnectionState, ConnectionView, Progress
from desktop.text import names
from desktop.text.catalog import isolate
from desktop.text.formats import ago, seconds_span, span
from desktop.text.names import channel_label as channel
from desktop.text.names import origin_badge, place
from desktop.text.reasons.describe import describe

__all__ = ["ago", "channel", "origin_badge", "place", "seconds_span", "span"]

REGIONS = {"US": "United States", "EU": "Europe", "AU": "Australia"}


def first_name(name: str) -> str:
    """`names.first_name`, isolated for the sentences that are glued together."""
    return isolate(names.first_name(name))


def connection(view: ConnectionView, now: datetime) -> str:
    """Return state, reason and next try, such as `Offline. Intercom cannot be reached. Next try in 12 s.`"""
    state = {
        ConnectionState.CONNECTING: "Connecting to Intercom",
        ConnectionState.ONLINE: "Online",
        ConnectionState.OFFLINE: "Offline",
        ConnectionState.THROTTLED: "Slowed down by Intercom",
        ConnectionState.SIGNED_OUT: "Signed out",
    }[view.state]
    parts = [state, describe(view.reason).rstrip(".")]
    if view.next_try_at is not None:
        seconds = max(0, int((view.next_try_at - now).total_seconds()))
        parts.append(f"Next try in {seconds} s" if seconds else "Trying now")
    if view.state is ConnectionState.ONLINE and view.last_sync_at is not None:
        parts.append(f"up to date {ago(view.last_sync_at, now)}")
        return " · ".join(p for p in parts if p)
    return ". ".join(p for p in parts if p) + ("." if len([p for p in parts if p]) > 1 else "")


def progress(view: Progress) -> str:
    total = f" of {view.total}" if view.total is not None else ""
    return f"Reading conversations {view.done}{total}"

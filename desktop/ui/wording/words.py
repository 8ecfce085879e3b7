"""Names and phrases that many sentences share. New places: `desktop.text.names`, `formats` and `forwarding`."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.domain.window.window import Window, WindowState
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


def countdown(window: Window, now: datetime) -> str:
    """Return for example `WhatsApp 3 h 12 min` or `WhatsApp closed 2 h ago`; "" for a channel without a window."""
    name = channel(window.key.channel)
    state = window.state(now)
    left = window.left(now)
    if state is WindowState.NONE:
        return ""
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        if left < timedelta(hours=1):
            return f"{name} {seconds_span(left)}"
        return f"{name} {span(left)}"
    if state is WindowState.NEVER:
        return f"{name} never opened"
    if state is WindowState.UNKNOWN:
        return f"{name} unclear"
    return f"{name} closed {ago(window.closes_at, now)}" if window.closes_at is not None else f"{name} closed"


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

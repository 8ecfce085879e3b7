"""Names and phrases that many sentences share. New places: `desktop.text.names`, `formats` and `forwarding`."""

from __future__ import annotations

from desktop.text import names
from desktop.text.catalog import isolate
from desktop.text.formats import ago, seconds_span, span
from desktop.text.names import channel_label as channel
from desktop.text.names import origin_badge, place

__all__ = ["ago", "channel", "origin_badge", "place", "seconds_span", "span"]

REGIONS = {"US": "United States", "EU": "Europe", "AU": "Australia"}


def first_name(name: str) -> str:
    """`names.first_name`, isolated for the sentences that are glued together."""
    return isolate(names.first_name(name))

"""What would happen on Send right now: of a reply (`reply`), and of a message that begins a conversation
(`new_conversation`)."""

from desktop.domain.forecast.reply import (
    BACKFILL_AFTER,
    MAX_TEXT,
    NEWEST_MESSAGES,
    Forecast,
    Reply,
    RouteSituation,
    compute_forecast,
    compute_scheduled_forecast,
    find_route_situation,
    refused_file,
)

__all__ = [
    "BACKFILL_AFTER",
    "MAX_TEXT",
    "NEWEST_MESSAGES",
    "Forecast",
    "Reply",
    "RouteSituation",
    "compute_forecast",
    "compute_scheduled_forecast",
    "find_route_situation",
    "refused_file",
]

"""How it is shown what a colleague does in a conversation."""

from __future__ import annotations

from desktop.domain.model.presence import PresenceState

PRESENCE_ICONS = {
    PresenceState.QUEUED: "fa6s.hourglass-half",
    PresenceState.TYPING: "fa6s.pen",
    PresenceState.LOOKING: "fa6s.eye",
}

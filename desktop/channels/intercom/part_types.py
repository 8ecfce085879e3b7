"""Intercom's part types: which carry a message, which a note, and which only report an event."""

from __future__ import annotations

from functools import lru_cache

from desktop.domain.model.facts import EntryKind

# With text or files these are messages, whatever else they do: a customer's answer to a closed conversation arrives
# as `open`, an agent's last message as `close` (Intercom API 2.16; part types seen in public code, see each).
_MESSAGES = frozenset(
    {
        "comment",
        "quick_reply",
        "assignment",
        "assign_and_reopen",
        "assign_and_unsnooze",
        "open",
        "close",
        "snoozed",
        "unsnoozed",
        "default_assignment",
        "away_mode_assignment",
        "message_strategy_assignment",
    }
)
# Written by Intercom itself: shown as events even with a body.
_EVENTS = frozenset(
    {
        "timer_unsnooze",
        "participant",
        "participant_added",
        "participant_removed",
        "custom_action_started",
        "custom_action_finished",
        "operator_workflow_event",
        "merged_primary_conversation",
        "channel_and_reply_time_expectation",
        "language_detection_details",
        "fin_guidance_applied",
        "company_updated",
        "ticket_state_updated_by_admin",
        "ticket_attribute_updated_by_admin",
        "conversation_tags_updated",
        "priority_changed",
        "conversation_summary",
        "call_summary",
        "attribute_collector",
    }
)
_EVENT_PREFIXES = (
    "conversation_attribute_updated",
    "conversation_rating",
    "conversation_sla",
    "attribute_collect",
    "ticket_",
)


@lru_cache(maxsize=1_000)
def kind_of(part_type: str, has_content: bool) -> EntryKind:
    """The kind of a part. An undocumented type with text or files is UNKNOWN, so that it is shown and warned about."""
    if part_type.startswith("note") or part_type.endswith("_and_note"):
        return EntryKind.NOTE
    if not has_content or part_type in _EVENTS or part_type.startswith(_EVENT_PREFIXES):
        return EntryKind.EVENT
    return EntryKind.MESSAGE if part_type in _MESSAGES else EntryKind.UNKNOWN

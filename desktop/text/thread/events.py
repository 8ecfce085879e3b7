"""The lines of events in a conversation."""

from __future__ import annotations

from desktop.domain.model.facts import ASSIGNED_TO_NOBODY, Entry
from desktop.text.catalog import Text
from desktop.text.formats import clock_time

# Translators: lines between the messages. {who}: a teammate, or Intercom.
_CLOSED = Text("{who} closed the conversation")
_REOPENED = Text("{who} reopened the conversation")
_SNOOZE_ENDED = Text("The snooze ended")
_SENTENCES = {
    "assignment": Text("{who} changed the assignment"),
    "assign_and_reopen": Text("{who} assigned and reopened the conversation"),
    "assign_and_unsnooze": Text("{who} assigned the conversation and ended its snooze"),
    "default_assignment": Text("Assigned by Intercom"),
    "close": _CLOSED,
    "closed": _CLOSED,
    "open": _REOPENED,
    "opened": _REOPENED,
    "snoozed": Text("{who} snoozed the conversation"),
    "unsnoozed": _SNOOZE_ENDED,
    "timer_unsnooze": _SNOOZE_ENDED,
    "participant_added": Text("{who} added someone to the conversation"),
    "participant_removed": Text("{who} removed someone from the conversation"),
    "conversation_tags_updated": Text("{who} changed the tags"),
    "conversation_rating_changed": Text("The conversation was rated"),
    "away_mode_assignment": Text("Reassigned because the assignee is away"),
}
# Translators: {who} and {assignee}: teammates; {assignee} may be a team.
_ASSIGNED = {
    "assignment": Text("{who} assigned the conversation to {assignee}"),
    "assign_and_reopen": Text("{who} reopened the conversation and assigned it to {assignee}"),
    "assign_and_unsnooze": Text("{who} assigned the conversation to {assignee} and ended its snooze"),
    "default_assignment": Text("Assigned to {assignee} by Intercom"),
    "away_mode_assignment": Text("Reassigned to {assignee} because the assignee is away"),
}
# Translators: {who}: a teammate.
_SELF_ASSIGNED = {
    "assignment": Text("{who} assigned the conversation to themselves"),
    "assign_and_reopen": Text("{who} reopened the conversation and assigned it to themselves"),
    "assign_and_unsnooze": Text("{who} assigned the conversation to themselves and ended its snooze"),
}
_UNASSIGNED = {
    "assignment": Text("{who} removed the assignee"),
    "away_mode_assignment": Text("Unassigned because the assignee is away"),
}
_UNNAMED = Text("{who} changed the conversation")
# Translators: {event}: Intercom's own word for it.
_OTHER = Text("{who}: {event}")
# Translators: {event}: one of the lines above. {text}: what Intercom adds.
_WITH_TEXT = Text("{event}: {text}")
# Translators: {event}: one of the lines above.
_WITH_TIME = Text("{event} · {time}")


def event_line(entry: Entry, assignee: str = "") -> str:
    """Return for example `Maria Lind closed the conversation`. assignee: the name behind `assigned_to`; "" for none."""
    who, word = entry.author_name.strip() or "Intercom", entry.event.replace("_", " ")
    known = _SENTENCES.get(entry.event, _OTHER if word else _UNNAMED)
    if entry.assigned_to == ASSIGNED_TO_NOBODY:
        known = _UNASSIGNED.get(entry.event, known)
    elif entry.author_id and entry.assigned_to == f"teammate:{entry.author_id}":
        known = _SELF_ASSIGNED.get(entry.event, known)
    elif assignee:
        known = _ASSIGNED.get(entry.event, known)
    line = known(who=who, event=word, assignee=assignee)
    return _WITH_TEXT(event=line, text=" ".join(entry.text.split())) if entry.text.strip() else line


def event_line_with_time(entry: Entry, assignee: str = "") -> str:
    return _WITH_TIME(event=event_line(entry, assignee), time=clock_time(entry.sent_at))

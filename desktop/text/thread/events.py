"""The lines of events in a conversation."""

from __future__ import annotations

from desktop.domain.model.facts import Entry
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
_UNNAMED = Text("{who} changed the conversation")
# Translators: {event}: Intercom's own word for it.
_OTHER = Text("{who}: {event}")
# Translators: {event}: one of the lines above. {text}: what Intercom adds.
_WITH_TEXT = Text("{event}: {text}")
# Translators: {event}: one of the lines above.
_WITH_TIME = Text("{event} · {time}")


def event_line(entry: Entry) -> str:
    """Return for example `Maria Lind closed the conversation`."""
    who, word = entry.author_name.strip() or "Intercom", entry.event.replace("_", " ")
    known = _SENTENCES.get(entry.event, _OTHER if word else _UNNAMED)
    line = known(who=who, event=word)
    return _WITH_TEXT(event=line, text=" ".join(entry.text.split())) if entry.text.strip() else line


def event_line_with_time(entry: Entry) -> str:
    return _WITH_TIME(event=event_line(entry), time=clock_time(entry.sent_at))

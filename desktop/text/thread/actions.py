"""The buttons in the thread's header, which show the conversation's state and change it."""

from __future__ import annotations

from desktop.domain.model.facts import Priority
from desktop.text.catalog import Plural, Text

ACTIONS = Text("Actions on this conversation")
# Translators: of a conversation.
UNASSIGNED = Text("Unassigned")
# Translators: of a conversation, whose assignee has a name that isn't known here.
ASSIGNED = Text("Assigned")
# Translators: {team}: the name of a team.
NAME_AND_TEAM = Text("{name} · {team}")
ASSIGNED_TO = Text("Assigned to {assignee}. Click to change.")
NOT_ASSIGNED = Text("Not assigned to anyone. Click to assign.")
TAG = Text("Tag", "button: add a tag")
TAGS = Text("Tags: {tags}. Click to change.")
NO_TAGS = Text("No tags. Click to add one.")
# Translators: {count}: how many tags there is no room for.
MORE_TAGS = Text("+{count}")
TAG_COUNT = Plural("{count} tag", "{count} tags")
SNOOZE = Text("Snooze", "button")
SNOOZE_TOOLTIP = Text("Snooze this conversation")
# Translators: {until}: a time today such as "14:02", or day and time such as "21 November, 09:00".
SNOOZED_UNTIL = Text("Until {until}", "of a snoozed conversation")
SNOOZED_TOOLTIP = Text("Snoozed until {until}. Click to change.")
SNOOZED_TOOLTIP_NO_END = Text("Snoozed until the customer writes. Click to change.")
SNOOZED = Text("Snoozed", "state of a conversation")
CLOSE = Text("Close", "button: close the conversation")
CLOSE_TOOLTIP = Text("Close this conversation")
CLOSE_NEXT = Text("Close and next", "button: close the conversation and go to the next customer")
CLOSE_NEXT_TOOLTIP = Text("Close this conversation and go to the next customer")
REOPEN = Text("Reopen")
REOPEN_TOOLTIP = Text("Closed. Click to reopen.")
TEMPLATE = Text("Template")
TEMPLATE_TOOLTIP = Text("Send a template")
IS_PRIORITY = {
    Priority.LOW: Text("Priority: low. Click to remove it."),
    Priority.MEDIUM: Text("Priority: medium. Click to remove it."),
    Priority.HIGH: Text("Marked as priority. Click to remove it."),
    Priority.URGENT: Text("Priority: urgent. Click to remove it."),
    Priority.NONE: Text("Not a priority. Click to mark it as one."),
}
PRIORITY = Text("Priority")
MORE = Text("More actions")
# Translators: {does}: what a button does, such as "Close this conversation"; {keys}: such as "E".
DOES_AND_KEYS = Text("{does} ({keys})")

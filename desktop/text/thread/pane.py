"""Labels of the thread's header, its list of messages and their menu."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.history.thread import Chat
from desktop.text.catalog import Text
from desktop.text.formats import day_and_month
from desktop.text.names import STATES

NOTHING_CHOSEN = Text("No customer selected")
# Translators: {keys}: such as "Ctrl+K".
NOTHING_CHOSEN_ABOUT = Text(
    "Select a customer to see your conversations with them on every channel, or press {keys} to find one by name."
)
NO_CONVERSATIONS = Text("No conversations with {name} yet")
NO_CONVERSATIONS_ABOUT = Text("They appear here when {name} writes to you, or when a teammate starts one in Intercom.")
MESSAGES = Text("Messages")
OPEN_IN_INTERCOM = Text("Open in Intercom")

# Translators: the button with the conversation that a reply goes to. {conversation}: its channel and subject.
REPLY_GOES_TO = Text("Reply goes to {conversation}")
WHERE_REPLY_GOES = Text("Your reply goes to this conversation")
CHOOSE_CONVERSATION = Text("Choose the conversation to reply in")
# Translators: the same in the menu. {status}: "Open · Maria Lind".
CONVERSATION_AND_STATUS = Text("{conversation} ({status})")
# Translators: a conversation without a subject. {day}: "21 November".
_CONVERSATION_FROM = Text("Conversation from {day}")
_STATUS = Text("{state} · {assignee}")
# Translators: of a conversation.
_UNASSIGNED = Text("Unassigned")
_ASSIGNED = Text("Assigned")

# Translators: the menu of a message.
COPY_SELECTION = Text("Copy selection")
COPY_MESSAGE = Text("Copy message")
COPY_LINK = Text("Copy link")
# Translators: {number}: an order number.
COPY_NUMBER = Text("Copy {number}")
QUOTE = Text("Quote in reply")
CHANGE_CHANNEL = Text("Change channel")
# Translators: the channel is what the program finds, not what a person chose.
SET_AUTOMATICALLY = Text("Detect automatically")


def conversation_label(chat: Chat) -> str:
    """Return the conversation's subject, or else its start date."""
    conversation = chat.conversation
    return conversation.title.strip() or _CONVERSATION_FROM(day=day_and_month(conversation.created_at.astimezone()))


def conversation_status(chat: Chat, teammates: Mapping[str, str], teams: Mapping[str, str]) -> str:
    """Return for example `Open · Maria Lind`, or the team where there is no teammate. teammates, teams: names by id."""
    conversation = chat.conversation
    if conversation.assignee_id:
        assignee = teammates.get(conversation.assignee_id, _ASSIGNED())
    else:
        assignee = teams.get(conversation.team_id, _ASSIGNED()) if conversation.team_id else _UNASSIGNED()
    return _STATUS(state=STATES[conversation.state](), assignee=assignee)

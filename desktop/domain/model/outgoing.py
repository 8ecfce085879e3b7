"""The states of a reply between Send and a provider's answer."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen


class State(StrEnum):
    """The states that the agent can see.

    `SCHEDULED` waits for its time, or for the customer to write again (see `Schedule`); `QUEUED` waits for its turn;
    `SENDING` is claimed, its bytes may be on the way; `ACCEPTED` by a provider; `REFUSED` by a provider; `UNCONFIRMED`
    may have been sent, which nobody knows; `HELD` waits for the agent, because the forecast got worse, or its time
    passed; `CANCELLED` by the agent.
    """

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"
    HELD = "held"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What moves a reply from one state to another.

    `SCHEDULE` gives it a time, or another one; `DUE`: this has come.
    """

    SCHEDULE = "schedule"
    DUE = "due"
    CLAIM = "claim"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    ANSWER_LOST = "answer_lost"
    FOUND_AT_PROVIDER = "found_at_provider"
    HOLD = "hold"
    RELEASE = "release"
    SEND_AGAIN = "send_again"
    CANCEL = "cancel"


class OutboxReason(StrEnum):
    """Why a reply waits, is held or unconfirmed, or who confirmed it, as a code. In comments: its parameters."""

    INTERRUPTED = "interrupted"
    ANSWER_LOST = "answer_lost"  # {provider}
    REPLY_NOT_FOUND = "reply_not_found"  # {provider}
    PROVIDER_NOT_REACHED = "provider_not_reached"  # {provider}
    PROVIDER_CANNOT_TELL = "provider_cannot_tell"  # {provider}
    CONFIRMED_BY_TEAMMATE = "confirmed_by_teammate"  # {provider}
    FORECAST_WORSE = "forecast_worse"
    BEHIND_EARLIER = "behind_earlier"
    SENDING_BROKE = "sending_broke"
    # Of scheduled replies.
    MISSED_TIME = "missed_time"  # {at}
    DELAYED = "delayed"  # {at}
    CLOSED_SINCE = "closed_since"
    # On direct routes.
    ACCOUNT_NOT_CONNECTED = "account_not_connected"  # {provider}
    SEVERAL_FILES = "several_files"
    TEMPLATE_GONE = "template_gone"
    # Of new conversations.
    CONTACT_NOT_READY = "contact_not_ready"
    CONVERSATION_NOT_FOUND = "conversation_not_found"
    TEMPLATE_CHANGED = "template_changed"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.SCHEDULED, Event.DUE): State.QUEUED,
    (State.SCHEDULED, Event.SCHEDULE): State.SCHEDULED,
    (State.SCHEDULED, Event.RELEASE): State.QUEUED,
    (State.SCHEDULED, Event.CANCEL): State.CANCELLED,
    # It came due by a clock that was ahead and has been corrected.
    (State.QUEUED, Event.SCHEDULE): State.SCHEDULED,
    (State.HELD, Event.SCHEDULE): State.SCHEDULED,
    # Only one that was never claimed: cancelling it is undone.
    (State.CANCELLED, Event.SCHEDULE): State.SCHEDULED,
    (State.QUEUED, Event.CLAIM): State.SENDING,
    (State.QUEUED, Event.HOLD): State.HELD,
    (State.QUEUED, Event.CANCEL): State.CANCELLED,
    (State.SENDING, Event.ACCEPTED): State.ACCEPTED,
    (State.SENDING, Event.REFUSED): State.REFUSED,
    (State.SENDING, Event.NOT_SENT): State.QUEUED,
    (State.SENDING, Event.ANSWER_LOST): State.UNCONFIRMED,
    (State.UNCONFIRMED, Event.FOUND_AT_PROVIDER): State.ACCEPTED,
    # Only a person may decide this: the customer may get the same message twice.
    (State.UNCONFIRMED, Event.SEND_AGAIN): State.QUEUED,
    (State.UNCONFIRMED, Event.CANCEL): State.CANCELLED,
    (State.HELD, Event.RELEASE): State.QUEUED,
    (State.HELD, Event.CANCEL): State.CANCELLED,
    (State.REFUSED, Event.SEND_AGAIN): State.QUEUED,
    (State.REFUSED, Event.CANCEL): State.CANCELLED,
}


@frozen
class Schedule:
    """When a reply is to be sent.

    at: its time; None while it waits for the customer's next message, and then when that was sent.
    awaits: that message has to come from this channel; `UNKNOWN`: from anywhere, in the reply's conversation. None for
        a reply that waits for a time alone.
    last_arrival, last_answer: the greatest `Entry.arrival`, and `entries.known_upto` of the conversation, when it was
        scheduled. The store fills them in.
    """

    at: datetime | None = None
    awaits: ChannelKind | None = None
    last_arrival: int = 0
    last_answer: int = 0


class IllegalTransition(Exception):
    """A bug of the program: that event cannot happen in that state."""


def advance(state: State, event: Event) -> State:
    """The state after an event. Raises IllegalTransition for one that cannot happen in this state."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransition(f"{event} in {state}") from None


# Saved replies contain `{{user.name|fallback:"there"}}` or an `<attribute>` element where nothing was filled in. What
# is left of one that is broken is worth as little to a customer.
_PLACEHOLDER = re.compile(
    r"(?:\{|&(?:#0*123|#x0*7b|lcub|lbrace);){2}(?:[^{}]{0,200}\}\})?|<attribute\b[^>]{0,200}>?", re.IGNORECASE
)


def find_placeholder(text: str) -> str | None:
    """The first unfilled placeholder or the start of a broken one, as in the text; None if there is none."""
    found = _PLACEHOLDER.search(text)
    return found.group() if found else None

"""Messages that begin a conversation, from Send until Intercom's conversation is known; and contacts made for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from desktop.domain.content.template import Filled
from desktop.domain.direct import Route
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.store import conversations
from desktop.store.core.columns import fetch_all, fetch_one, from_us, insert_row, to_us, upsert_row, valid_utf8
from desktop.store.core.database import Database
from desktop.store.outgoing import direct_messages

_PREFIX = "new:"
STAND_IN = f"{conversations.STAND_IN}{_PREFIX}"
"""Prefix of the id of a contact that stands in for one that the bridge is going to make."""

_FOLLOW_UP = "-direct"

INDEXED_WITHIN = timedelta(minutes=15)
"""Intercom's search lacks a new contact for minutes (Intercom reference, pitfall P7)."""


@frozen
class BegunConversation:
    """contact_id: Intercom's, or a stand-in. address: a key, "" where a contact was chosen. subject: of an email.

    then_route, then_template: of the direct message that follows in the conversation; None for none.
    conversation_id: Intercom's; "" while it is not known.
    """

    draft_id: str
    contact_id: str
    channel: ChannelKind
    begun_at: datetime
    address: str = ""
    subject: str = ""
    then_route: Route | None = None
    then_template: Filled | None = None
    conversation_id: str = ""

    @property
    def follow_up_id(self) -> str:
        """The draft id of the direct message that follows."""
        return f"{self.draft_id}{_FOLLOW_UP}"


def placeholder_of(draft_id: str) -> str:
    """What stands in the outbox for a conversation that does not exist yet."""
    return f"{_PREFIX}{draft_id}"


def is_placeholder(conversation_id: str) -> bool:
    """Whether it stands for a conversation that does not exist yet."""
    return conversation_id.startswith(_PREFIX)


def insert(db: Database, begun: BegunConversation) -> None:
    """Store what begins a conversation; its reply is stored with `outbox.insert`."""
    row = {
        "draft_id": begun.draft_id,
        "contact_id": begun.contact_id,
        "address": begun.address,
        "channel": begun.channel,
        "subject": valid_utf8(begun.subject),
        "then_route": direct_messages.route_to_json(begun.then_route),
        "then_template": direct_messages.filled_to_json(begun.then_template),
        "begun_at_us": to_us(begun.begun_at),
    }
    insert_row(db, "new_conversations", row)


def load(db: Database, draft_id: str) -> BegunConversation | None:
    """None for a draft that begins none."""
    row = fetch_one(db, "SELECT * FROM new_conversations WHERE draft_id = ?", (draft_id,))
    return None if row is None else _begun(row)


def of_placeholder(db: Database, conversation_id: str) -> BegunConversation | None:
    """What begins the conversation that a placeholder stands for; None for any other id."""
    return load(db, conversation_id.removeprefix(_PREFIX)) if is_placeholder(conversation_id) else None


def without_conversation(db: Database) -> tuple[BegunConversation, ...]:
    """Those whose conversation is not known yet; few."""
    return tuple(_begun(row) for row in fetch_all(db, "SELECT * FROM new_conversations WHERE conversation_id = ''"))


def save_conversation(db: Database, draft_id: str, conversation_id: str) -> None:
    """Record which conversation it began, in the outbox and with the direct message too."""
    db.execute("UPDATE new_conversations SET conversation_id = ? WHERE draft_id = ?", (conversation_id, draft_id))
    for table in ("outbox", "direct_messages"):
        db.execute(
            f"UPDATE {table} SET conversation_id = ? WHERE draft_id = ? AND conversation_id = ?",
            (conversation_id, draft_id, placeholder_of(draft_id)),
        )


def remove(db: Database, draft_id: str) -> None:
    """Delete what is known of a message whose conversation never came."""
    db.execute("DELETE FROM new_conversations WHERE draft_id = ?", (draft_id,))


def begun_by_follow_up(db: Database, draft_id: str) -> BegunConversation | None:
    """What a direct message follows, as the second copy of the first message; None for every other one."""
    return load(db, draft_id.removesuffix(_FOLLOW_UP)) if draft_id.endswith(_FOLLOW_UP) else None


def is_taken(db: Database, conversation_id: str) -> bool:
    """Whether a message of ours is known to have begun this conversation."""
    return fetch_one(db, "SELECT 1 FROM new_conversations WHERE conversation_id = ?", (conversation_id,)) is not None


# --- contacts --------------------------------------------------------------------------------------------------------


@frozen
class BegunContact:
    """contact_id: "" while nobody knows whether it was made, or under which id."""

    asked_at: datetime
    contact_id: str = ""


def begun_contact(db: Database, address: str) -> BegunContact | None:
    """What was asked for lately for this address; None if nothing was."""
    row = fetch_one(db, "SELECT * FROM begun_contacts WHERE address = ?", (address,))
    return None if row is None else BegunContact(from_us(row.asked_at_us), row.contact_id)


def save_contact(db: Database, address: str, asked_at: datetime, contact_id: str = "") -> None:
    """Record that a contact is asked for, before the first byte leaves, or which it is."""
    row = {"address": address, "asked_at_us": to_us(asked_at), "contact_id": contact_id}
    upsert_row(db, "begun_contacts", row, key=("address",))


def remove_contact(db: Database, address: str) -> None:
    """Record that none was made."""
    db.execute("DELETE FROM begun_contacts WHERE address = ?", (address,))


def _begun(row: Any) -> BegunConversation:
    return BegunConversation(
        row.draft_id,
        row.contact_id,
        ChannelKind(row.channel),
        from_us(row.begun_at_us),
        row.address,
        row.subject,
        direct_messages.route_from_json(row.then_route),
        direct_messages.filled_from_json(row.then_template),
        row.conversation_id,
    )

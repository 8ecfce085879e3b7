"""Ratings of conversations, requested and given in the Messenger, never through the API."""

from __future__ import annotations

from desktop.sandbox.intercom import mutations
from desktop.sandbox.intercom.errors import invalid
from desktop.sandbox.intercom.records import Change, Conversation, Rating, Workspace


def request(ws: Workspace, conversation: Conversation) -> None:
    """Ask the first contact for a rating of the assigned teammate, if there is one."""
    assignee = conversation.admin_assignee_id
    ws.before_change(conversation)
    conversation.rating = Rating(ws.now(), conversation.contact_ids[0], str(assignee) if assignee else None)
    conversation.updated_at = ws.now()


def rate(ws: Workspace, conversation: Conversation, score: int, remark: str = "") -> None:
    """Set the rating, 1 to 5; may be called again. Adds a `conversation_rating_changed` part."""
    if conversation.rating is None:
        raise invalid("The conversation has no rating request")
    if not 1 <= score <= 5:
        raise invalid("A rating is a number from 1 to 5")
    ws.before_change(conversation)
    conversation.rating = conversation.rating._replace(score=score, remark=remark, replied_at=ws.now())
    contact = ws.contacts[conversation.contact_ids[0]]
    mutations.add_part(ws, conversation, "conversation_rating_changed", mutations.author_of(contact))
    ws.report(Change("rating_added", conversation))

"""The customers' screens as JSON, and on which of them a reply is shown."""

from __future__ import annotations

from collections import Counter
from typing import Any

from desktop.sandbox.intercom import messenger
from desktop.sandbox.intercom.records import Conversation, Workspace
from desktop.sandbox.model.people import Customer, Line, ScreenItem

Json = dict[str, Any]
CHANNELS = ("whatsapp", "sms", "telegram", "messenger", "email")


def _page_channels(lines: dict[str, Line]) -> list[str]:
    """Facebook and Instagram, if the business has lines there."""
    return [c for c in ("facebook", "instagram") if any(line.channel == c for line in lines.values())]


def customer_screens(ws: Workspace, customer: Customer, lines: dict[str, Line]) -> Json:
    """Items on the screens: per phone channel by line id, Messenger by conversation, e-mail; oldest first.

    An item is {who, text, at (Unix seconds), kind, attachments, buttons, opens, part_id}. opens: what each button
    opens or copies. part_id: set on replies sent from Intercom; not visible to the customer.
    """
    answer: Json = {"customer": customer.id, "name": customer.name}
    for channel in ("whatsapp", "sms", "telegram", *_page_channels(lines)):
        answer[channel] = {
            line.id: [_item(ws, i) for i in customer.chats.get(line.id, ())]
            for line in lines.values()
            if line.channel == channel
        }
    answer["messenger"] = [
        {
            "conversation_id": conversation.id,
            "state": conversation.state,
            "items": [_item(ws, i) for i in items],
        }
        for conversation, items in messenger.visible_items(ws, customer)
    ]
    answer["email"] = [_item(ws, i) for i in customer.mail]
    return answer


def texts(ws: Workspace, customer: Customer) -> dict[str, Counter[str]]:
    """Count of each text on the screens, by line id, `messenger` and `email`; messages of both sides."""
    shown = {
        line_id: Counter(item.text for item in chat if not item.is_action) for line_id, chat in customer.chats.items()
    }
    shown["messenger"] = Counter(item.text for _, items in messenger.visible_items(ws, customer) for item in items)
    shown["email"] = Counter(item.text for item in customer.mail)
    return shown


def _item(ws: Workspace, item: ScreenItem) -> Json:
    return {
        "who": item.who,
        "text": item.text,
        "at": item.at,
        "kind": item.kind,
        "attachments": [
            {
                "name": f.name,
                "content_type": f.content_type,
                "filesize": len(f.data),
                "url": ws.file_url(f),
            }
            for f in item.files
        ],
        "buttons": [button.text for button in item.buttons],
        "opens": [button.opens for button in item.buttons],
        "part_id": item.part_id,
    }


def no_delivery(lines: dict[str, Line]) -> dict[str, bool]:
    """All channels of this world, each with False."""
    return dict.fromkeys((*CHANNELS, *_page_channels(lines)), False)


def messenger_readers(ws: Workspace, conversation: Conversation, customers: dict[str, Customer]) -> list[Customer]:
    """Customers who see the conversation in the Messenger."""
    owners = (ws.contacts[c].customer_id or "" for c in conversation.contact_ids)
    return [customers[c] for c in owners if c in customers]


def conversation_customers(ws: Workspace, conversation: Conversation, customers: dict[str, Customer]) -> list[Customer]:
    """Customers whose contacts it belongs to, and those who wrote in it by phone."""
    found = {c.id: c for c in messenger_readers(ws, conversation, customers)}
    found.update((c, customers[c]) for c in sorted(conversation.writers))
    return list(found.values())


def delivery(ws: Workspace, part_id: str, customers: dict[str, Customer], lines: dict[str, Line]) -> dict[str, bool]:
    """Channel -> whether a customer of the conversation sees the part there now."""
    conversation, part = ws.part(part_id)
    seen = no_delivery(lines)
    for customer in conversation_customers(ws, conversation, customers):
        for line_id, chat in customer.chats.items():
            if any(item.part_id == part_id for item in chat):
                seen[lines[line_id].channel] = True
        seen["email"] |= any(item.part_id == part_id for item in customer.mail)
    if part.channel == "messenger" and messenger.is_shown(part):
        seen["messenger"] = bool(messenger_readers(ws, conversation, customers))
    return seen


def delivered_to(part_id: str, customers: dict[str, Customer]) -> dict[str, list[str]]:
    """Customer's id -> the ids of the lines whose chats show the part."""
    found = {}
    for customer in customers.values():
        lines = [n for n, chat in customer.chats.items() if any(item.part_id == part_id for item in chat)]
        if lines:
            found[customer.id] = lines
    return found

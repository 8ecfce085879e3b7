"""Intercom's own customer side: the Messenger on her screens, and her mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from . import html_text
from .intercom import writes
from .intercom.errors import not_found
from .intercom.state import Contact, Conversation, Part, Workspace
from .people import Customer, File, ScreenItem

Client = Literal["web", "ios", "android"]
PAGE_URL = "https://shop.example.com/orders"
SUPPORT_ADDRESS = "support@shop.example.com"
_HIDDEN = {"note"}


def contact_of(ws: Workspace, customer: Customer) -> Contact:
    """Whom Intercom takes her for: her user, else her newest lead, else a new one."""
    contacts = [ws.contacts[c] for c in ws.of_customer.get(customer.id, ())]
    alive = [c for c in contacts if c.merged_into is None]
    if alive:
        return next((c for c in alive if c.role == "user"), alive[-1])
    role = "user" if customer.email else "lead"
    contact = writes.new_contact(ws, role, name=customer.name, email=customer.email or "", phone=customer.phone)
    ws.claim(contact, customer.id)
    return contact


def sender_of(ws: Workspace, customer: Customer, email: str) -> Contact:
    """Whose mail it is to Intercom: the contact with this address, else a new lead that has it."""
    for contact_id in ws.of_customer.get(customer.id, ()):
        contact = ws.contacts[contact_id]
        if contact.merged_into is None and contact.email == email:
            return contact
    contact = writes.new_contact(ws, "lead", name=customer.name, email=email, phone=None)
    ws.claim(contact, customer.id)
    return contact


def conversations_of(ws: Workspace, customer: Customer) -> list[Conversation]:
    """All of hers, oldest first, over every contact that is her."""
    ids = {i for c in ws.of_customer.get(customer.id, ()) for i in ws.of_contact[c]}
    return [ws.conversations[i] for i in sorted(ids)]


def shown(part: Part) -> bool:
    """Whether the customer reads this part: whatever has words or files, but never a note."""
    return part.has_words and part.part_type not in _HIDDEN


def in_messenger(conversation: Conversation) -> bool:
    """E-mail conversations are in her mailbox instead."""
    return conversation.source.type != "email"


def screen(ws: Workspace, customer: Customer) -> list[tuple[Conversation, list[ScreenItem]]]:
    """What her Messenger shows, conversation by conversation."""
    return [(c, _items(c)) for c in conversations_of(ws, customer) if in_messenger(c)]


def _items(conversation: Conversation) -> list[ScreenItem]:
    source = conversation.source
    who: Literal["customer", "business"] = "customer" if source.author.is_contact else "business"
    first = ScreenItem(who, html_text.to_text(source.body), source.at, "text", source.files)
    items = [first]
    for part in conversation.parts:
        if shown(part):
            mine = part.author.is_contact
            items.append(
                ScreenItem(
                    "customer" if mine else "business",
                    html_text.to_text(part.body),
                    part.at,
                    "text",
                    part.files,
                    None if mine else part.id,
                )
            )
    return items


def write(
    ws: Workspace,
    customer: Customer,
    text: str,
    files: Sequence[File],
    *,
    conversation_id: str | None,
    client: Client,
    new_conversation: bool,
) -> str:
    """She types in the Messenger: into the named conversation, else the newest of hers, else a new one."""
    _seen(ws, contact_of(ws, customer), client)
    body = html_text.from_text(text)
    if conversation_id is None and not new_conversation:
        visible = [c for c in conversations_of(ws, customer) if in_messenger(c)]
        newest = max(visible, key=lambda c: (c.updated_at, c.id), default=None)
        conversation_id = newest.id if newest else None
    if conversation_id is None or new_conversation:
        url = PAGE_URL if client == "web" else None
        return writes.new_conversation(ws, contact_of(ws, customer), body, files, url=url).id
    conversation, contact = _hers(ws, customer, conversation_id)
    writes.contact_reply(ws, conversation, contact, body, files)
    return conversation.id


def write_mail(
    ws: Workspace, customer: Customer, text: str, files: Sequence[File], *, conversation_id: str | None
) -> str:
    """She sends an e-mail: a new conversation, or an answer to one (also to a Messenger notification)."""
    if not customer.email:
        raise ValueError(f"{customer.name} has no e-mail address")
    now, body = ws.clock.now(), html_text.from_text(text)
    if conversation_id is None:
        subject = " ".join(text.split()[:6])
        conversation = writes.new_conversation(
            ws,
            sender_of(ws, customer, customer.email),
            body,
            files,
            source_type="email",
            subject=subject,
            email=_headers(customer, subject),
        )
    else:
        conversation, contact = _hers(ws, customer, conversation_id)
        headers = _headers(customer, "Re: " + conversation.source.subject)
        writes.contact_reply(ws, conversation, contact, body, files, email=headers)
    customer.mail.append(ScreenItem("customer", text, now, "email", files))
    return conversation.id


def deliver_mail(ws: Workspace, conversation: Conversation, part: Part, customers: dict[str, Customer]) -> None:
    """Listener: a teammate's answer in an e-mail conversation goes out as mail; a bot's is only stored."""
    if part.part_type not in ("comment", "close", "assignment") or part.author.type != "admin":
        return
    if in_messenger(conversation) or not part.has_words:
        return
    for contact_id in conversation.contact_ids:
        contact = ws.contacts[contact_id]
        customer = customers.get(contact.customer_id or "")
        if customer and contact.email and not contact.has_hard_bounced:
            text = html_text.to_text(part.body)
            customer.mail.append(ScreenItem("business", text, part.at, "email", part.files, part.id))


def _hers(ws: Workspace, customer: Customer, conversation_id: str) -> tuple[Conversation, Contact]:
    """The conversation, and who she is in it; 404 for one she cannot see."""
    conversation = ws.conversation(conversation_id)
    for contact_id in conversation.contact_ids:
        contact = ws.contacts[contact_id]
        if contact.customer_id == customer.id:
            return conversation, contact
    raise not_found()


def _seen(ws: Workspace, contact: Contact, client: Client) -> None:
    now = ws.now()
    device: dict[str, Any]
    match client:
        case "web":
            device = {"browser": "firefox", "browser_version": "141.0", "browser_language": "en"}
            device["os"] = "Windows 11"
        case "ios":
            device = {"ios_last_seen_at": now, "ios_device": "iPhone15,2", "ios_os_version": "19.1"}
        case "android":
            device = {"android_last_seen_at": now, "android_device": "Pixel 9", "android_os_version": "16"}
    writes.update_contact(ws, contact, last_seen_at=now, device=device)


def _headers(customer: Customer, subject: str) -> dict[str, Any]:
    address = customer.email or ""
    return {
        "subject": subject,
        "email_address_headers": [
            {"type": "from", "email_address": address, "name": customer.name},
            {"type": "to", "email_address": SUPPORT_ADDRESS, "name": "Harbour Parcels"},
        ],
        "message_id": None,
    }

"""The customers' side of Intercom: the Messenger and their mailboxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from desktop.sandbox.intercom import mutations
from desktop.sandbox.intercom.errors import not_found
from desktop.sandbox.intercom.records import Change, Contact, Conversation, Part, Workspace
from desktop.sandbox.model import html_text
from desktop.sandbox.model.people import Customer, File, ScreenItem

Client = Literal["web", "ios", "android"]
PAGE_URL = "https://shop.example.com/orders"
SUPPORT_ADDRESS = "support@shop.example.com"


def contact_of(ws: Workspace, customer: Customer) -> Contact:
    """The contact that Intercom identifies the customer with: their user, else newest lead, else a new contact."""
    contacts = [ws.contacts[c] for c in ws.contacts_by_customer.get(customer.id, ())]
    alive = [c for c in contacts if c.merged_into is None]
    if alive:
        return next((c for c in alive if c.role == "user"), alive[-1])
    role = "user" if customer.email else "lead"
    contact = mutations.new_contact(ws, role, name=customer.name, email=customer.email or "", phone=customer.phone)
    ws.assign_customer(contact, customer.id)
    return contact


def email_contact_of(ws: Workspace, customer: Customer, email: str) -> Contact:
    """The customer's contact with this e-mail address, else a new lead."""
    for contact_id in ws.contacts_by_customer.get(customer.id, ()):
        contact = ws.contacts[contact_id]
        if contact.merged_into is None and contact.email == email:
            return contact
    contact = mutations.new_contact(ws, "lead", name=customer.name, email=email, phone=None)
    ws.assign_customer(contact, customer.id)
    return contact


def conversations_of(ws: Workspace, customer: Customer) -> list[Conversation]:
    """Conversations of all the customer's contacts, oldest first."""
    ids = {i for c in ws.contacts_by_customer.get(customer.id, ()) for i in ws.conversations_by_contact[c]}
    return [ws.conversations[i] for i in sorted(ids)]


def is_shown(part: Part) -> bool:
    """Whether the customer sees the part: it has text or files and is no note."""
    return part.has_content and not part.part_type.startswith("note") and not part.part_type.endswith("_and_note")


def is_in_messenger(conversation: Conversation) -> bool:
    """Whether any message of it is in the Messenger, and not only in the mailbox or on the phone."""
    places = (conversation.channel_initial, conversation.channel)
    return "messenger" in places or any(p.channel == "messenger" for p in conversation.parts)


def visible_items(ws: Workspace, customer: Customer) -> list[tuple[Conversation, list[ScreenItem]]]:
    """Conversations in the customer's Messenger with the items shown."""
    return [(c, _items(c)) for c in conversations_of(ws, customer) if is_in_messenger(c)]


def _items(conversation: Conversation) -> list[ScreenItem]:
    source = conversation.source
    who: Literal["customer", "business"] = "customer" if source.author.is_contact else "business"
    first = ScreenItem(who, html_text.to_screen(source.body), source.at, "text", source.files)
    items = [first] if conversation.channel_initial == "messenger" else []
    for part in conversation.parts:
        if part.channel == "messenger" and is_shown(part):
            by_customer = part.author.is_contact
            items.append(
                ScreenItem(
                    "customer" if by_customer else "business",
                    html_text.to_screen(part.body),
                    part.at,
                    "text",
                    part.files,
                    None if by_customer else part.id,
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
    """Write in the Messenger: to the given conversation, else the newest, else a new one. Returns its id."""
    open_messenger(ws, customer, client)
    body = html_text.from_text(text)
    url = PAGE_URL if client == "web" and ws.settings.page_urls else None
    if conversation_id is None and not new_conversation:
        visible = [c for c in conversations_of(ws, customer) if is_in_messenger(c)]
        newest = max(visible, key=lambda c: (c.updated_at, c.id), default=None)
        conversation_id = newest.id if newest else None
    if conversation_id is None or new_conversation:
        return mutations.new_conversation(ws, contact_of(ws, customer), body, files, url=url).id
    conversation, contact = _own_conversation(ws, customer, conversation_id)
    if conversation.channel not in ("messenger", "email") and ws.settings.native_moves_with_customer:
        move(ws, conversation, "messenger")
    mutations.contact_reply(ws, conversation, contact, body, files, url=url)
    return conversation.id


def write_mail(
    ws: Workspace, customer: Customer, text: str, files: Sequence[File], *, conversation_id: str | None
) -> str:
    """Send an e-mail: starts a conversation, or answers one (also a Messenger notification). Returns its id."""
    if not customer.email:
        raise ValueError(f"{customer.name} has no e-mail address")
    now, body = ws.clock.now(), html_text.from_text(text)
    if conversation_id is None:
        subject = " ".join(text.split()[:6])
        conversation = mutations.new_conversation(
            ws,
            email_contact_of(ws, customer, customer.email),
            body,
            files,
            source_type="email",
            subject=subject,
            email=_headers(customer, subject),
        )
    else:
        conversation, contact = _own_conversation(ws, customer, conversation_id)
        headers = _headers(customer, "Re: " + conversation.source.subject)
        mutations.contact_reply(ws, conversation, contact, body, files, email=headers)
    customer.mail.append(ScreenItem("customer", text, now, "email", files))
    return conversation.id


def deliver_mail(ws: Workspace, conversation: Conversation, part: Part, customers: dict[str, Customer]) -> None:
    """Send a teammate's reply in an e-mail conversation as mail (listener); a bot's is only stored."""
    if part.part_type not in ("comment", "close", "assignment") or part.author.type != "admin":
        return
    if conversation.channel != "email" or not part.has_content:
        return
    for contact_id in conversation.contact_ids:
        contact = ws.contacts[contact_id]
        customer = customers.get(contact.customer_id or "")
        if customer and contact.email and not contact.has_hard_bounced:
            text = html_text.to_text(part.body)
            customer.mail.append(ScreenItem("business", text, part.at, "email", part.files, part.id))


def deliver_first_mail(ws: Workspace, conversation: Conversation, customers: dict[str, Customer]) -> None:
    """Send the email that a teammate starts a conversation with (listener)."""
    source = conversation.source
    if conversation.channel_initial != "email" or source.author.type != "admin":
        return
    for contact_id in conversation.contact_ids:
        contact = ws.contacts[contact_id]
        # A contact that an app made is nobody's; the mail goes to its address all the same.
        address = contact.email.casefold()
        customer = next((c for c in customers.values() if (c.email or "").casefold() == address), None)
        if customer and address and not contact.has_hard_bounced:
            item = ScreenItem("business", html_text.to_text(source.body), source.at, "email", source.files)
            customer.mail.append(item)


def move(ws: Workspace, conversation: Conversation, channel: str) -> None:
    """Continue the conversation on another channel; later parts belong to that channel."""
    ws.before_change(conversation)
    conversation.channel = channel
    conversation.updated_at = ws.now()


def _own_conversation(ws: Workspace, customer: Customer, conversation_id: str) -> tuple[Conversation, Contact]:
    """The conversation and the customer's contact in it; 404 if they cannot see it."""
    # A message of ours is in their Messenger before it is a conversation.
    conversation = ws.conversations.get(conversation_id)
    for contact_id in conversation.contact_ids if conversation is not None else ():
        contact = ws.contacts[contact_id]
        if conversation is not None and contact.customer_id == customer.id:
            return conversation, contact
    raise not_found()


def open_messenger(ws: Workspace, customer: Customer, client: Client) -> None:
    """Open the Messenger: Intercom stores time and device on the contact, who reads what they had not read."""
    contact, now = contact_of(ws, customer), ws.now()
    if ws.on_change:
        _read_all(ws, customer)
    if not ws.settings.sightings:
        return
    device: dict[str, Any]
    match client:
        case "web":
            device = {"browser": "firefox", "browser_version": "141.0", "browser_language": customer.language}
            device["os"] = "Windows 11"
        case "ios":
            device = {"ios_last_seen_at": now, "ios_device": "iPhone15,2", "ios_os_version": "19.1"}
        case "android":
            device = {"android_last_seen_at": now, "android_device": "Pixel 9", "android_os_version": "16"}
    mutations.update_contact(ws, contact, last_seen_at=now, device=device)


def _read_all(ws: Workspace, customer: Customer) -> None:
    for conversation in conversations_of(ws, customer):
        unread = conversation.parts[conversation.parts_read :]
        conversation.parts_read = len(conversation.parts)
        if any(p.channel == "messenger" and is_shown(p) and not p.author.is_contact for p in unread):
            ws.report(Change("conversation_read", conversation))


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

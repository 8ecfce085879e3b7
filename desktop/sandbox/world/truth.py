"""Ground truth for forecasts: where a reply would arrive, without sending it."""

from __future__ import annotations

from typing import Any

from desktop.sandbox.intercom.records import Conversation
from desktop.sandbox.model import networks
from desktop.sandbox.model.people import Customer, Line
from desktop.sandbox.world import screens
from desktop.sandbox.world.base import WorldBase

Json = dict[str, Any]


def window_open(world: WorldBase, customer: Customer, line: Line) -> bool:
    return networks.window_open(customer, line, world.now, human_agent=world.settings.human_agent_permission)


def reply_truth(world: WorldBase, conversation_id: str, *, through_api: bool) -> Json:
    """Returns {"lines": [...], "delivery": {channel: bool}} for a teammate's reply made now.

    lines: where it is sent, each {line, channel, business_address, address, customer, arrives, why}. customer: id of
    the customer who has the address now, or None. why: None if it arrives, else `window`, `blocked`, `stopped`,
    `nobody`, `ignored` (blocked, and the sender is not told), `trouble` (of the bridge) or `not_forwarded`. With a
    late bridge, the state at the time of its send counts.
    delivery: what `World.delivery` would return once everything was sent and nothing else happened.
    through_api: made by Reachline's app; otherwise typed in Intercom's inbox.
    """
    conversation = world.workspace.conversation(conversation_id)
    lines = _lines(world, conversation, through_api)
    delivery = screens.no_delivery(world.lines)
    people = {c.id for c in screens.conversation_customers(world.workspace, conversation, world.customers)}
    for line in lines:
        if line["arrives"] and line["customer"] in people:
            delivery[line["channel"]] = True
    readers = screens.messenger_readers(world.workspace, conversation, world.customers)
    delivery["messenger"] = conversation.channel == "messenger" and bool(readers)
    contacts = [world.workspace.contacts[c] for c in conversation.contact_ids]
    delivery["email"] = conversation.channel == "email" and any(
        c.customer_id in world.customers and c.email and not c.has_hard_bounced for c in contacts
    )
    return {"lines": lines, "delivery": delivery}


def _lines(world: WorldBase, conversation: Conversation, through_api: bool) -> list[Json]:
    found = []
    for bridge in world.bridges.values():
        link = bridge.chats_by_conversation.get(conversation.id)
        if link is not None:
            code = world.reachline.package_code if through_api else None
            is_forwarded = bridge.is_forwarded("admin", code)
            found.append(
                _line(world, link.line, link.address, bridge.delays.next_send_time(), is_forwarded=is_forwarded)
            )
    chat = world.native.active_chat(conversation)
    if chat is not None:
        found.append(_line(world, chat.line, chat.address, world.now, is_forwarded=True))
    return found


def _line(world: WorldBase, line: Line, address: str, at: float, *, is_forwarded: bool) -> Json:
    customer = world.traffic.directory.find(line.channel, address)
    why: str | None = "not_forwarded"
    if is_forwarded:
        trouble = "" if line.is_native else world.settings.bridge_trouble
        why = "trouble" if trouble else world.traffic.refusal(line, customer, at)
    return {
        "line": line.id,
        "channel": line.channel,
        "business_address": line.address,
        "address": address,
        "customer": None if customer is None else customer.id,
        "arrives": why is None,
        "why": why,
    }

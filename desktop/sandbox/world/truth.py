"""Where a reply would arrive, asked before it is sent: the judge's question. Nothing is changed by asking."""

from __future__ import annotations

from typing import Any

from desktop.sandbox.intercom.records import Conversation
from desktop.sandbox.model import networks
from desktop.sandbox.model.people import Customer, Line
from desktop.sandbox.world import screens
from desktop.sandbox.world.base import Cast

Json = dict[str, Any]


def window_open(world: Cast, customer: Customer, line: Line) -> bool:
    return networks.window_open(customer, line, world.now, human_agent=world.settings.human_agent_permission)


def of_reply(world: Cast, conversation_id: str, *, through_api: bool) -> Json:
    """{"lines": [...], "delivery": {channel word: bool}} of a teammate's reply that is made now.

    lines: where it is sent, each {line, channel, business_address, address, customer, arrives, why}. customer: the id
    of who has that address now, None for nobody. why: None when it arrives, else `window`, `blocked`, `stopped`,
    `nobody`, `ignored` (blocked, and nobody is told), `trouble` (the bridge's own) or `not_forwarded`. A bridge that
    sends late is judged at the instant at which it will send.
    delivery: what `World.delivery` would give once everything has been sent and nothing else has happened.
    through_api: made by Reachline's app; else typed in Intercom's inbox.
    """
    conversation = world.workspace.conversation(conversation_id)
    lines = _lines(world, conversation, through_api)
    delivery = screens.nowhere(world.lines)
    people = {c.id for c in screens.people_of(world.workspace, conversation, world.customers)}
    for line in lines:
        if line["arrives"] and line["customer"] in people:
            delivery[line["channel"]] = True
    readers = screens.readers_of(world.workspace, conversation, world.customers)
    delivery["messenger"] = conversation.channel == "messenger" and bool(readers)
    contacts = [world.workspace.contacts[c] for c in conversation.contact_ids]
    delivery["email"] = conversation.channel == "email" and any(
        c.customer_id in world.customers and c.email and not c.has_hard_bounced for c in contacts
    )
    return {"lines": lines, "delivery": delivery}


def _lines(world: Cast, conversation: Conversation, through_api: bool) -> list[Json]:
    found = []
    for bridge in world.bridges.values():
        link = bridge.mapped.get(conversation.id)
        if link is not None:
            code = world.reachline.package_code if through_api else None
            takes_it = bridge.forwards("admin", code)
            found.append(_line(world, link.line, link.address, bridge.delays.send_at(), takes_it=takes_it))
    chat = world.native.current(conversation)
    if chat is not None:
        found.append(_line(world, chat.line, chat.address, world.now, takes_it=True))
    return found


def _line(world: Cast, line: Line, address: str, at: float, *, takes_it: bool) -> Json:
    customer = world.traffic.directory.find(line.channel, address)
    why: str | None = "not_forwarded"
    if takes_it:
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

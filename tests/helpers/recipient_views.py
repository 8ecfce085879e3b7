"""Makes what the sheet that starts a conversation is given of somebody."""

from __future__ import annotations

from dataclasses import replace

from direct_routes import octopods_route, sms_route, telegram_route, whatsapp_route

from desktop.domain.direct import DirectRoute
from desktop.domain.forecast.new_conversation import Recipient
from desktop.domain.history.thread import Thread
from desktop.domain.identity.number_check import check_number
from desktop.domain.model.facts import Contact
from desktop.domain.model.workspace import Workspace
from desktop.engine.views import RecipientView

ROUTES = (octopods_route(), whatsapp_route(), sms_route(), telegram_route())


def recipient_view(
    contact: Contact, address: str = "", *, customer_id: str = "", thread: Thread | None = None, has_routes: bool = True
) -> RecipientView:
    """contact: its id is "" for somebody whom Intercom does not have. thread: what was said; None for nothing."""
    spelled = contact.phone or address
    number = check_number(spelled) if spelled and "@" not in spelled else None
    known = thread if thread is not None else Thread((), (), (contact,))
    newest = known.chats[0].id if known.chats else ""
    recipient = Recipient(contact, known, Workspace(), number, (), newest)
    routes: tuple[DirectRoute, ...] = ROUTES if has_routes and number is not None else ()
    able = tuple(replace(r, capabilities=replace(r.capabilities, opens_conversations=r is ROUTES[0])) for r in routes)
    return RecipientView(recipient, customer_id, address, able)

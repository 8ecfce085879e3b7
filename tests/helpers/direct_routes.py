"""Factories of direct routes, with the abilities of the real accounts."""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.views import ChannelView
from desktop.engine.views import ThreadView
from desktop.ports import ChannelConfig

CUSTOMER_PHONE = "+353871234567"
OUR_PHONE = "+35312345678"


def whatsapp_route(
    *, carries_bridge: bool = True, name: str = "Acme support", sender: str = "106540352242922", **capabilities: object
) -> DirectRoute:
    """carries_bridge: whether it is the bridge's number; otherwise customers' messages to it are not seen."""
    known = {"sends_free_text": True, "needs_window": True, "has_templates": True}
    known |= {"max_text": 4096, "max_caption": 1024, "max_file_bytes": 100_000_000} | capabilities
    key = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, sender)
    return DirectRoute(Route(key, CUSTOMER_PHONE, OUR_PHONE, carries_bridge), Capabilities(**known), name)  # type: ignore[arg-type]


def octopods_route() -> DirectRoute:
    """A route that sends templates only."""
    key = ChannelKey(Provider.OCTOPODS, ChannelKind.WHATSAPP, OUR_PHONE)
    return DirectRoute(
        Route(key, CUSTOMER_PHONE, OUR_PHONE, carries_bridge=True), Capabilities(has_templates=True), "Octopods"
    )


def sms_route() -> DirectRoute:
    key = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+15005550006")
    able = Capabilities(sends_free_text=True, reports_status=True, max_text=1600)
    return DirectRoute(Route(key, CUSTOMER_PHONE, "+15005550006"), able, "Twilio")


def telegram_route() -> DirectRoute:
    key = ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "7001")
    able = Capabilities(sends_free_text=True, max_text=4096, max_caption=1024, max_file_bytes=50_000_000)
    return DirectRoute(Route(key, "555123", "@acme_bot"), able, "Acme bot")


def with_direct_routes(view: ThreadView, *direct_routes: DirectRoute) -> ThreadView:
    return replace(view, direct_routes=direct_routes)


def account_view(direct_route: DirectRoute) -> ChannelView:
    """The account of the route as the accounts page shows it."""
    key = direct_route.route.key
    config = ChannelConfig(key.provider, key.channel, key.sender, direct_route.name, direct_route.route.our_address)
    return ChannelView(config, key)

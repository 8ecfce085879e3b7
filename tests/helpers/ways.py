"""Ways past Intercom, invented for tests: accounts with the abilities of the real ones, and a thread that has them."""

from __future__ import annotations

from dataclasses import replace

from desktop.domain.direct import DirectWay, Route
from desktop.domain.model.channel import Abilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.views import ChannelView
from desktop.engine.views import ThreadView
from desktop.ports import ChannelConfig

HERS = "+353871234567"
OURS = "+35312345678"


def whatsapp_way(
    *, carries_bridge: bool = True, name: str = "Acme support", sender: str = "106540352242922", **abilities: object
) -> DirectWay:
    """carries_bridge: its window is that of the mirrored chats; else nobody sees what she writes there."""
    known = {"sends_free_text": True, "needs_window": True, "has_templates": True}
    known |= {"max_text": 4096, "max_caption": 1024, "max_file_bytes": 100_000_000} | abilities
    key = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, sender)
    return DirectWay(Route(key, HERS, OURS, carries_bridge), Abilities(**known), name)  # type: ignore[arg-type]


def octopods_way() -> DirectWay:
    """Sends templates alone."""
    key = ChannelKey(Provider.OCTOPODS, ChannelKind.WHATSAPP, OURS)
    return DirectWay(Route(key, HERS, OURS, carries_bridge=True), Abilities(has_templates=True), "Octopods")


def sms_way() -> DirectWay:
    key = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+15005550006")
    able = Abilities(sends_free_text=True, reports_status=True, max_text=1600)
    return DirectWay(Route(key, HERS, "+15005550006"), able, "Twilio")


def telegram_way() -> DirectWay:
    key = ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "7001")
    able = Abilities(sends_free_text=True, max_text=4096, max_caption=1024, max_file_bytes=50_000_000)
    return DirectWay(Route(key, "555123", "@acme_bot"), able, "Acme bot")


def view_with(view: ThreadView, *ways: DirectWay) -> ThreadView:
    return replace(view, ways=ways)


def account_of(way: DirectWay) -> ChannelView:
    """How the accounts page sees the account of that way."""
    key = way.route.key
    config = ChannelConfig(key.provider, key.channel, key.sender, way.name, way.route.our_address)
    return ChannelView(config, key)

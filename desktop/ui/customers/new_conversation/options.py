"""On which channels, and from which account, a recipient can be written to first. No widgets."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from desktop.domain.direct import DirectRoute
from desktop.domain.model.facts import ChannelKind
from desktop.engine.views import RecipientView
from desktop.text.names import channel_label
from desktop.text.screens.writing import new_conversation as texts
from desktop.ui.templates.choosing.listing import account_label

_ORDER = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM)


class ChannelOption(msgspec.Struct, frozen=True):
    """direct: None through Intercom. Only templates can begin a conversation on WhatsApp."""

    channel: ChannelKind
    direct: DirectRoute | None = None

    @property
    def needs_template(self) -> bool:
        return self.channel is ChannelKind.WHATSAPP

    @property
    def label(self) -> str:
        """Such as `WhatsApp · Harbour Parcels · Twilio`."""
        label = channel_label(self.channel)
        if self.direct is None:
            return texts.THROUGH_INTERCOM(channel=label)
        return texts.CHANNEL_ACCOUNT(channel=label, account=account_label(self.direct, with_address=False))


def channel_options(view: RecipientView) -> tuple[ChannelOption, ...]:
    """The options, the most helpful first: by an account that has the answers come into the same conversation."""
    return tuple(_options(view))


def _options(view: RecipientView) -> Iterator[ChannelOption]:
    contact = view.recipient.contact
    is_email_first = "@" in view.address or view.recipient.number is None
    if contact.email and is_email_first:
        yield ChannelOption(ChannelKind.EMAIL)
    for channel in _ORDER:
        usable = (d for d in view.direct_routes if d.route.channel is channel and _can_begin(d))
        # Stable: in the order of the accounts.
        for direct in sorted(usable, key=lambda d: not d.capabilities.opens_conversations):
            yield ChannelOption(channel, direct)
    if contact.email and not is_email_first:
        yield ChannelOption(ChannelKind.EMAIL)
    if view.recipient.has_messenger:
        yield ChannelOption(ChannelKind.MESSENGER)


def _can_begin(direct: DirectRoute) -> bool:
    able = direct.capabilities
    return able.has_templates if direct.route.channel is ChannelKind.WHATSAPP else able.sends_free_text

"""Direct routes: accounts of ours at the channels' own providers, and messages sent there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from desktop.domain.contrary import ContraryKind, address_key
from desktop.domain.delivery import Arrival, ArrivalReason, ChannelArrival, Delivery, reported
from desktop.domain.identity.customer import number_key
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.facts import Attachment, ChannelKind, Entry, EntryKind, Role
from desktop.domain.model.formatting import Spans
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason


@frozen
class Route:
    """A direct route: our sender and the customer's address.

    our_address: our sender as the customer sees it (`+E.164`, `@bot`), "" where unknown.
    to: the customer's address: `+E.164`, a WhatsApp user id or a Telegram chat id.
    carries_bridge: a person said that the bridge uses this very sender.
    """

    key: ChannelKey
    to: str
    our_address: str = ""
    carries_bridge: bool = False

    @property
    def channel(self) -> ChannelKind:
        """The channel of the sender."""
        return self.key.channel

    def is_of(self, business_address: str, customer_address: str) -> bool:
        """Whether this route is between the same two addresses as a chat, so that they share a window.

        Two known numbers decide; a person's word counts only where one of them is unknown.
        """
        if not customer_address or address_key(customer_address) != address_key(self.to):
            return False
        # A provider's own id of our number identifies no chat.
        our_address = self.our_address or number_key(self.key.sender)
        if not business_address or not our_address:
            return self.carries_bridge
        return address_key(business_address) == address_key(our_address)


@frozen
class DirectSent:
    """A message that a provider accepted on a direct route, as stored on this computer.

    conversation_id: where it is shown in the thread, and where the note about it went.
    template, template_id: name and id of the template it was made from, "" for free text.
    delivery, final: the provider's last report; final: nothing more is to be expected, or it reports nothing at all.
    delivery_at: when the provider says that happened, None where it does not say.
    reason: why it failed and what to do, or who said that it arrived; else what `delivery` says is enough.
    remark: what the provider said with its acceptance.
    provider_address: the customer's address in the provider's form, where that differs; else "".
    failure: the kind of contrary fact that a failure is; None if it says nothing about the route.
    spans: the styles of the text.
    is_first: the conversation was begun with it, so that Intercom's first message is the same one.
    """

    draft_id: str
    remote_id: str
    conversation_id: str
    route: Route
    text: str
    sent_at: datetime
    author_id: str = ""
    author_name: str = ""
    template: str = ""
    template_id: str = ""
    file_names: tuple[str, ...] = ()
    delivery: Delivery = Delivery.ACCEPTED
    final: bool = False
    delivery_at: datetime | None = None
    reason: Reason = NO_REASON
    remark: Reason = NO_REASON
    provider_address: str = ""
    failure: ContraryKind | None = None
    spans: Spans = ()
    is_first: bool = False

    @property
    def entry(self) -> Entry:
        """The message as an entry of its conversation, with an id distinct from Intercom's."""
        return Entry(
            f"direct:{self.draft_id}",
            self.conversation_id,
            self.sent_at,
            Role.TEAMMATE,
            EntryKind.MESSAGE,
            event="direct",
            author_id=self.author_id,
            author_name=self.author_name,
            text=self.text,
            attachments=tuple(Attachment(name, "") for name in self.file_names),
            formatting=self.spans,
            wiped=not self.text and not self.file_names,
        )

    @property
    def arrived(self) -> ChannelArrival:
        """How far it got on its channel, and why."""
        reason = join_reasons(self.reason or _report(self), self.remark)
        return ChannelArrival(self.route.channel, Arrival(self.delivery.name.lower()), reason)


def _report(sent: DirectSent) -> Reason:
    provider = sent.route.key.provider
    if sent.delivery is Delivery.ACCEPTED and sent.final:
        return make_reason(ArrivalReason.ACCEPTED_ONLY, provider=provider.display_name)
    return reported(sent.delivery, provider, sent.delivery_at)


@frozen
class DirectRoute:
    """A route with what its account can do. name: of the account, for people.

    contact_ids: the contacts that the address belongs to; owner: the name of the first of them, "" if unknown.
    """

    route: Route
    capabilities: Capabilities
    name: str = ""
    contact_ids: frozenset[str] = frozenset()
    owner: str = ""

    def leads_to(self, contact_ids: Collection[str]) -> bool:
        """Whether the address belongs to one of these contacts, or to none that is known."""
        return not self.contact_ids or not self.contact_ids.isdisjoint(contact_ids)

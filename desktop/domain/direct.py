"""Direct: answering past Intercom, on an account of ours at the channel's own provider."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.domain.contrary import ContraryKind, address_key
from desktop.domain.delivery import Arrival, ChannelArrival, Delivery
from desktop.domain.identity.customer import number_key
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.facts import Attachment, ChannelKind, Entry, EntryKind, Role


@dataclass(frozen=True, slots=True)
class Route:
    """One way past Intercom: our sender and the customer's address.

    our_address: ours as the customer sees it (`+E.164`, `@bot`), "" where nobody told.
    to: the customer's: `+E.164`, a WhatsApp user id or a Telegram chat id.
    carries_bridge: a person said that the bridge uses this very sender.
    """

    key: ChannelKey
    to: str
    our_address: str = ""
    carries_bridge: bool = False

    @property
    def channel(self) -> ChannelKind:
        return self.key.channel

    def is_of(self, business_address: str, customer_address: str) -> bool:
        """Whether a chat between these two is this route's own: then its window is this route's.

        Two numbers that are both known decide; a person's word counts only where one of them is not.
        """
        if not customer_address or address_key(customer_address) != address_key(self.to):
            return False
        # A provider's own id of our number is nothing that a chat could be known by.
        ours = self.our_address or number_key(self.key.sender)
        if not business_address or not ours:
            return self.carries_bridge
        return address_key(business_address) == address_key(ours)


@dataclass(frozen=True, slots=True)
class DirectSent:
    """A message of ours that a provider took, past Intercom, as this computer remembers it.

    conversation_id: where it stands in the thread, and where the note about it went.
    template, template_id: name and id of the template it was made from, "" for free text.
    delivery, final: what the provider said last; final: nothing more is to be expected, or it tells nothing at all.
    delivery_at: when the provider says that happened, None where it does not say. sentence: why it failed, what to do.
    remark: what the provider said with its acceptance, "" for nothing.
    provider_address: the customer's as the provider wrote it, where that is another form; "" if it is none.
    failure: what kind of contrary word a failure is; None where it says nothing of the route.
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
    sentence: str = ""
    remark: str = ""
    provider_address: str = ""
    failure: ContraryKind | None = None

    @property
    def entry(self) -> Entry:
        """It as a line of its conversation. Its id is none of Intercom's."""
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
            wiped=not self.text and not self.file_names,
        )

    @property
    def arrived(self) -> ChannelArrival:
        reason = " ".join(filter(None, (self.sentence or _reason(self), self.remark)))
        return ChannelArrival(self.route.channel, Arrival(self.delivery.name.lower()), reason)


def _reason(sent: DirectSent) -> str:
    provider = sent.route.key.provider.display_name
    at = f" at {sent.delivery_at.astimezone(UTC):%H:%M:%S} UTC" if sent.delivery_at is not None else ""
    match sent.delivery:
        case Delivery.ACCEPTED if sent.final:
            return f"{provider} took it; it does not tell what became of it."
        case Delivery.ACCEPTED:
            return f"{provider} took it; what became of it is not known yet."
        case Delivery.SENT:
            return f"{provider} handed it on{at}; whether it arrived is not known."
        case Delivery.FAILED:
            return f"{provider} says that it did not arrive{at}."
        case Delivery.DELIVERED:
            return f"{provider} says that it arrived on the device{at}."
    return f"{provider} says that it was opened{at}."


@dataclass(frozen=True, slots=True)
class DirectRoute:
    """A route with what its account can do; what a switch of routes offers. name: of the account, for people.

    contact_ids: the contacts whose address it leads to; owner: the name of the first of them, "" if not known.
    """

    route: Route
    capabilities: Capabilities
    name: str = ""
    contact_ids: frozenset[str] = frozenset()
    owner: str = ""

    def leads_to(self, contact_ids: Collection[str]) -> bool:
        """Whether the address is of one of these contacts. One of which nobody knows whose it is may be."""
        return not self.contact_ids or not self.contact_ids.isdisjoint(contact_ids)

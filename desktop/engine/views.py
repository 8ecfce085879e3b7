"""What the screen shows, as frozen data. Read through `engine.queries`, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

import msgspec

from desktop.domain.content.snippets import Snippet
from desktop.domain.content.template import Template
from desktop.domain.content.translation import CustomerLanguage, OwnText
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.forecast.new_conversation import Recipient
from desktop.domain.history.customer_row import CustomerRow as CustomerRow
from desktop.domain.history.thread import Thread
from desktop.domain.identity.contact_data import AttributeDefinition, ContactExtras
from desktop.domain.identity.customer import ContactMatch, IdentityDecision
from desktop.domain.learning.relay import RelayEvidence
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.customer_texts import NO_TEXTS, CustomerTexts
from desktop.domain.model.facts import Contact, MessageKey
from desktop.domain.model.formatting import Spans
from desktop.domain.model.frozen import frozen
from desktop.domain.model.list_view import SavedView
from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.outgoing import Schedule, State
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.domain.model.warning import Acknowledgement, ForecastWarning
from desktop.domain.model.workspace import Workspace
from desktop.domain.reach import Situation
from desktop.domain.search.excerpt import Excerpt
from desktop.domain.search.folding import Range
from desktop.domain.search.query import SearchQuery
from desktop.engine.commands import ConversationChange
from desktop.ports import Macro, Team, Teammate, WorkspaceTag
from desktop.store.customer_lists import CustomerPage as CustomerPage
from desktop.store.customer_lists import CustomerQuery as CustomerQuery
from desktop.store.customer_lists import PageRequest as PageRequest
from desktop.store.history.reports import Period as Period
from desktop.store.history.reports import ReportRow as ReportRow
from desktop.store.history.reports import ReportsView as ReportsView
from desktop.store.history.reports import UnreachedCustomer as UnreachedCustomer
from desktop.store.outgoing.drafts import Draft as Draft
from desktop.store.search.messages import FoundMessage as FoundMessage
from desktop.store.settings import TeamCode as TeamCode


class UploadView(msgspec.Struct, frozen=True):
    """A reply with files whose request is under way. It can be cancelled: its last piece has not left yet."""

    sent_bytes: int
    total_bytes: int


class DueActions(msgspec.Struct, frozen=True):
    """What is to be done with a conversation, in this order, now that a reply in it is accepted."""

    draft_id: str
    changes: tuple[ConversationChange, ...]


class PendingReply(msgspec.Struct, frozen=True):
    """A reply of ours that no provider has confirmed yet, or that needs the agent.

    reason: why it waits, is held, refused or unconfirmed, for the agent.
    warned: with HELD, the new warnings.
    route: the direct route; None through Intercom.
    template: its name; "" for free text.
    upload: how far it is, with SENDING; None where there is nothing to follow.
    schedule: kept when it is due; None for what was not scheduled.
    seen_upto, author_id, acknowledged: what it is judged by at its time.
    spans: the text's formatting.
    own: what the agent wrote, where the text is a translation of it.
    """

    draft_id: str
    conversation_id: str
    text: str
    file_names: tuple[str, ...]
    internal: bool
    queued_at: datetime
    state: State
    reason: Reason = NO_REASON
    warned: tuple[ForecastWarning, ...] = ()
    route: Route | None = None
    template: str = ""
    upload: UploadView | None = None
    schedule: Schedule | None = None
    seen_upto: int | None = None
    author_id: str = ""
    acknowledged: Acknowledgement = frozenset()
    spans: Spans = ()
    own: OwnText | None = None


class WaitingReply(msgspec.Struct, frozen=True):
    """A reply that waits, for the agent's decision or to be sent, with its customer."""

    customer_id: str
    name: str
    pending: PendingReply


THREAD_PAGE = 100
"""How many messages a `ThreadView` holds, unless more are asked for."""


@frozen
class ThreadView:
    """Everything the middle and the right pane show of one customer.

    thread: with the newest messages; its conversations as the agent's unconfirmed changes make them.
    older_count: how many more messages are stored.
    situations: by conversation id, for forecasts while typing (`domain.forecast.compute_forecast`).
    newest_arrival: the highest `Entry.arrival` in the thread: what a draft that is touched now has seen.
    seen_upto: when the newest message that the agent has seen was sent; None if none.
    direct_routes: every direct route to the customer, by the accounts that are connected
        (`domain.direct_reach.find_direct_situation` describes one).
    templates_used: when each template was last sent to the customer, by template id.
    contact_matches: why the contacts are one customer, and (`joins` False) who else may be; strongest first.
    identity_decisions: what teammates decided on the contacts.
    suggested_contacts: the contacts that are suggested, by id.
    assignees: names of the workspace's teammates and teams, by `Entry.assigned_to`.
    customer_texts: the workspace's own words for customers.
    language: the customer's.
    """

    customer_id: str
    name: str
    thread: Thread
    workspace: Workspace
    situations: Mapping[str, Situation]
    drafts: tuple[Draft, ...] = ()
    pending_replies: tuple[PendingReply, ...] = ()
    newest_arrival: int = 0
    seen_upto: datetime | None = None
    direct_routes: tuple[DirectRoute, ...] = ()
    templates_used: Mapping[str, datetime] = field(default_factory=dict)
    contact_matches: tuple[ContactMatch, ...] = ()
    identity_decisions: tuple[IdentityDecision, ...] = ()
    suggested_contacts: Mapping[str, Contact] = field(default_factory=dict)
    older_count: int = 0
    assignees: Mapping[str, str] = field(default_factory=dict)
    customer_texts: CustomerTexts = NO_TEXTS
    language: CustomerLanguage = field(default_factory=CustomerLanguage)


class TemplatesView(msgspec.Struct, frozen=True):
    """The templates of one account.

    known_at: when the provider was last asked; None if never.
    used: when this desktop last sent each, by template id.
    error: why the list is not newer; `NO_REASON` if nothing is wrong.
    """

    key: ChannelKey
    templates: tuple[Template, ...] = ()
    known_at: datetime | None = None
    used: Mapping[str, datetime] = msgspec.field(default_factory=dict)
    error: Reason = NO_REASON
    refreshing: bool = False


class MediaFile(msgspec.Struct, frozen=True):
    """A file of a message: its bytes if it is here, else why it is not."""

    key: MediaKey
    state: MediaState
    data: bytes = b""
    reason: Reason = NO_REASON


class ConnectionState(StrEnum):
    """The connection to Intercom. SIGNED_OUT: it does not accept the token."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    THROTTLED = "throttled"
    SIGNED_OUT = "signed_out"


@frozen
class ConnectionView:
    """reason: why not online; when online, what Intercom refuses all the same, mostly `NO_REASON`.
    next_try_at: None when no pause is running.
    """

    state: ConnectionState
    reason: Reason = NO_REASON
    next_try_at: datetime | None = None
    last_sync_at: datetime | None = None


class TeamState(StrEnum):
    """The connection to the team. NONE: this desktop is in no team."""

    NONE = "none"
    CONNECTING = "connecting"
    LIVE = "live"
    BROKEN = "broken"


class TeamView(msgspec.Struct, frozen=True):
    """The connection to the team, and what its hub published last.

    reason: why it is broken; when live, why this desktop asks Intercom by itself all the same, mostly `NO_REASON`.
    next_try_at: None when no pause is running, or only the agent can help.
    desk: this desktop's name in the team.
    desks: how many desktops the hub counted last; None before it was heard. hub_seen_at: when it was heard last.
    """

    state: TeamState = TeamState.NONE
    reason: Reason = NO_REASON
    next_try_at: datetime | None = None
    desk: str = ""
    desks: int | None = None
    hub_seen_at: datetime | None = None


@frozen
class Progress:
    """`done` of `total` conversations are read; total is None while it is not known. None instead: nothing is being
    read. is_older: those that the first sync left out, in the background.
    """

    done: int
    total: int | None
    is_older: bool = False


@frozen
class FilesView:
    """The files of messages on this computer. count: None where none are kept. limit_mb: how much they may take.

    kept_days: for how many days after its message a file is kept; 0 for as long as the message.
    """

    count: int | None = None
    size_bytes: int = 0
    limit_mb: int = 500
    kept_days: int = 0


@frozen
class WorkspaceView:
    """workspace_name, me and inbox_url are "" / None before the first successful contact with Intercom.

    code_histogram: package codes on customers' messages in tagged conversations, most frequent first.
    relay_evidence: how the relay of each channel is known, and since when; nothing for a channel that is unproven.
    team_code: which colleague's desktop learnt the bridge's code, and when; None where nothing rests on that.
    phone_region: the country of numbers without a country code (ISO 3166); "" while nobody has said it.
    tags: those that a conversation can be given, as Intercom lists them.
    saved_views: the agent's own views of the customer list.
    snippets: the agent's own saved replies, by folder and name.
    retention_days: for how many days the text of messages is kept.
    keeps_nothing: messages, drafts and waiting replies are deleted when the program ends.
    last_customer_id: whom the agent looked at last, to be shown at the start; "" for nobody.
    customer_texts: the workspace's own words for customers. texts_set_at: since when the Messenger has our texts, as
        a person says; None if nobody said so.
    """

    workspace: Workspace
    workspace_name: str = ""
    me: Teammate | None = None
    teammates: tuple[Teammate, ...] = ()
    teams: tuple[Team, ...] = ()
    tags: tuple[WorkspaceTag, ...] = ()
    saved_views: tuple[SavedView, ...] = ()
    macros: tuple[Macro, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    inbox_url: str = ""
    code_histogram: tuple[tuple[str, int], ...] = ()
    relay_evidence: tuple[RelayEvidence, ...] = ()
    team_code: TeamCode | None = None
    phone_region: str = ""
    retention_days: int = 90
    keeps_nothing: bool = False
    last_customer_id: str = ""
    files: FilesView = FilesView()
    customer_texts: CustomerTexts = NO_TEXTS
    texts_set_at: datetime | None = None

    @property
    def other_teammates(self) -> tuple[Teammate, ...]:
        """All teammates but the one who uses this desktop."""
        return tuple(t for t in self.teammates if self.me is None or t.id != self.me.id)


@frozen
class CustomerDetails:
    """What Intercom alone keeps about a customer's contacts, as it answered just now.

    definitions: the custom attributes that contacts can have.
    error: why something is missing; `NO_REASON` if nothing is.
    """

    extras: tuple[ContactExtras, ...] = ()
    definitions: tuple[AttributeDefinition, ...] = ()
    error: Reason = NO_REASON


class FieldKind(StrEnum):
    """What a field of a customer is."""

    EMAIL = "email"
    PHONE = "phone"
    ATTRIBUTE = "attribute"
    TITLE = "title"


class FoundField(msgspec.Struct, frozen=True):
    """A field in which something was found. label: the attribute's name. ranges: where in the value."""

    kind: FieldKind
    value: str
    label: str = ""
    ranges: tuple[Range, ...] = ()


class FoundCustomer(msgspec.Struct, frozen=True):
    """A customer who was found by their name, or else by `field`. name_ranges: where in `row.name`."""

    row: CustomerRow
    name_ranges: tuple[Range, ...] = ()
    field: FoundField | None = None


class FoundText(msgspec.Struct, frozen=True):
    """A message that was found, with its customer's name and the part that shows why."""

    message: FoundMessage
    customer_name: str
    excerpt: Excerpt


class SearchResults(msgspec.Struct, frozen=True):
    """What was found on this computer. Customers are looked for by words alone, so there are none where the search has
    filters.

    customer_count: all that were found. has_uncounted: there are more than these.
    has_more: there are older messages with the words. is_cut_off: only the newest with the words were compared with the
        filters.
    """

    query: SearchQuery
    customers: tuple[FoundCustomer, ...] = ()
    customer_count: int = 0
    has_uncounted: bool = False
    messages: tuple[FoundText, ...] = ()
    has_more: bool = False
    is_cut_off: bool = False


class FoundInThread(msgspec.Struct, frozen=True):
    """The messages of one customer with what was looked for, newest first. has_more: there are older ones."""

    messages: tuple[MessageKey, ...] = ()
    has_more: bool = False


class SearchValues(msgspec.Struct, frozen=True):
    """What filters can be completed with: names of teammates, and of tags, the most frequent first."""

    senders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class FoundElsewhere(msgspec.Struct, frozen=True):
    """A contact, or a conversation by its first message, that Intercom has and this computer has not. id: Intercom's.

    at: when the conversation began, or when the contact changed last; None if unknown.
    """

    id: str
    name: str
    excerpt: Excerpt
    at: datetime | None = None


class IntercomResults(msgspec.Struct, frozen=True):
    """A page of what Intercom found. cursor: of the next page; "" for none. total: conversations on all pages.

    error: why nothing could be found; `NO_REASON` if nothing is wrong.
    """

    query: SearchQuery
    contacts: tuple[FoundElsewhere, ...] = ()
    conversations: tuple[FoundElsewhere, ...] = ()
    cursor: str = ""
    total: int = 0
    error: Reason = NO_REASON


class FoundRecipient(msgspec.Struct, frozen=True):
    """A contact that can be written to. is_here: it is on this computer."""

    contact_id: str
    name: str = ""
    phone: str = ""
    email: str = ""
    is_here: bool = True


class FoundRecipients(msgspec.Struct, frozen=True):
    """Whom a text finds. address: the text itself, where it is a number or an email of none of these; "" if not.

    error: why Intercom could not be asked; `NO_REASON` if nothing is wrong.
    """

    contacts: tuple[FoundRecipient, ...] = ()
    address: str = ""
    error: Reason = NO_REASON


@frozen
class RecipientView:
    """Somebody to whom a conversation is begun. customer_id: "" for nobody who is known here. address: as typed; ""
    where a contact was chosen.

    direct_routes: every direct route to them. templates_used: as in `ThreadView`.
    error: why Intercom could not be asked, so that they may be known there; `NO_REASON` if nothing is wrong.
    """

    recipient: Recipient
    customer_id: str = ""
    address: str = ""
    direct_routes: tuple[DirectRoute, ...] = ()
    templates_used: Mapping[str, datetime] = field(default_factory=dict)
    error: Reason = NO_REASON


class LoadedPlace(msgspec.Struct, frozen=True):
    """Where something is now that was loaded. customer_id: "" if it is nowhere: gone, without a conversation, or of a
    customer whose data was deleted here.

    error: why it could not be loaded; `NO_REASON` if nothing is wrong. unwritten_id: Intercom's id of a contact without
        any conversation, whom nobody has written to.
    """

    customer_id: str = ""
    conversation_id: str = ""
    entry_id: str = ""
    error: Reason = NO_REASON
    unwritten_id: str = ""

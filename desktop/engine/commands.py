"""What an agent can ask the program to do, as frozen data, and the answers. `CommandHandler` carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.content.template import Filled
from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast
from desktop.domain.identity.customer import IdentityDecision
from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Acknowledgement, ForecastWarning
from desktop.domain.model.workspace import Relay
from desktop.ports import OutgoingFile


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep what is in the composer. An empty draft is forgotten. One draft per conversation and kind (reply, note).

    seen_upto: the highest `Entry.arrival` stored while the end of the thread was visible in the active window and the
        draft was touched; None if that never was. A later save never lowers it.
    """

    draft_id: str
    customer_id: str
    conversation_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False
    seen_upto: int | None = None


@dataclass(frozen=True, slots=True)
class SendReply:
    """Send what is in the composer.

    draft_id: minted when the composer was last emptied; a second press with the same id does nothing.
    acknowledged: the warnings the agent has accepted for this very reply, each with what it rests on.
    seen_upto: as of `SaveDraft`; the greater of this and the stored draft's counts. None in both: nothing was seen, so
        every message counts as new.
    """

    draft_id: str
    customer_id: str
    conversation_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False
    acknowledged: Acknowledgement = frozenset()
    seen_upto: int | None = None


@dataclass(frozen=True, slots=True)
class SendDirect:
    """Send past Intercom; a note in the conversation then tells the team what went out where.

    draft_id, acknowledged, seen_upto: as of `SendReply`. files: at most one.
    text: free text; of a template, what it says once filled (`Filled.text`).
    """

    draft_id: str
    customer_id: str
    conversation_id: str
    route: Route
    text: str
    files: tuple[OutgoingFile, ...] = ()
    template: Filled | None = None
    acknowledged: Acknowledgement = frozenset()
    seen_upto: int | None = None


@dataclass(frozen=True, slots=True)
class RefreshTemplates:
    """Ask the provider for this account's templates, unless they are fresh. again: even then."""

    key: ChannelKey
    again: bool = False


@dataclass(frozen=True, slots=True)
class ResolvePending:
    """The agent's word on a reply that is held, refused or unconfirmed: send it (again), or take it back. One that
    waits out a pause is tried at once instead.

    `arrived`: with an unconfirmed one, the agent saw it on the customer's side: it is done.
    `cancel`: the words are kept for an hour, so that `EditPending` can undo it.
    `acknowledged`: with `send`, added to what was accepted before.
    """

    draft_id: str
    send: bool = False
    cancel: bool = False
    arrived: bool = False
    acknowledged: Acknowledgement = frozenset()


@dataclass(frozen=True, slots=True)
class EditPending:
    """Put a reply that waits, is held, refused or unconfirmed back into a draft of its conversation, under a new draft
    id. Also undoes a cancel, for an hour. Fails, and changes nothing, while that conversation has another draft."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class CloseConversation:
    conversation_id: str


@dataclass(frozen=True, slots=True)
class ReopenConversation:
    conversation_id: str


@dataclass(frozen=True, slots=True)
class SnoozeConversation:
    conversation_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class AssignConversation:
    """teammate_id: "" takes the conversation from everybody."""

    conversation_id: str
    teammate_id: str


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """The agent has looked at this customer's newest message."""

    customer_id: str


@dataclass(frozen=True, slots=True)
class PinMapping:
    """A person's word on what a conversation mirrors. channel None: nothing. forget: back to what the evidence says."""

    conversation_id: str
    channel: ChannelKind | None
    forget: bool = False


@dataclass(frozen=True, slots=True)
class SetRelay:
    """What a person found out about the relay. proof: `GUIDED_TEST` after a reply to the agent's own phone was looked
    for there. about: the conversation of that test; never words."""

    channel: ChannelKind
    relay: Relay
    proof: RelayProof = RelayProof.PERSON
    about: str = ""


@dataclass(frozen=True, slots=True)
class ChooseTeammate:
    """Who sits at this keyboard: replies go out in this teammate's name. "" goes back to the token's owner."""

    teammate_id: str


@dataclass(frozen=True, slots=True)
class SetBridgeCodes:
    """codes: taken instead of what was learnt; empty goes back to learning."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetOtherCodes:
    """codes: package codes that are not the bridge's, as a person says; empty takes that back for all."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetBridgeChannels:
    """channels: what the bridge carries, as a person says; none at all: there is no bridge. None takes it back."""

    channels: frozenset[ChannelKind] | None


@dataclass(frozen=True, slots=True)
class SetBridgeTaggers:
    """ids: admins in whose name the bridge tags, as a person says; then nobody else's tag counts. Empty takes it
    back."""

    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetMessageChannel:
    """A person's word on where one message of the customer came from. channel None: back to what the evidence says."""

    conversation_id: str
    entry_id: str
    channel: ChannelKind | None


@dataclass(frozen=True, slots=True)
class MarkSolved:
    """A person's word that the trouble a contrary fact speaks of is over, or, with `solved` False, that it is not.

    fact_id: `domain.contrary.ContraryFact.id`.
    """

    fact_id: str
    solved: bool = True


@dataclass(frozen=True, slots=True)
class SetNoticePatterns:
    """patterns: regular expressions of a bridge's failure notice, taken instead of the built-in ones; empty goes back
    to these. One that cannot be compiled is answered with `Failed` naming it."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecideIdentity:
    """A person's words on pairs of contacts: one customer, or surely not. A customer's id stands for a contact of hers.

    revoked: words that hold no longer, so that what the contacts have in common decides again; taken back first.
    """

    words: tuple[IdentityDecision, ...] = ()
    revoked: tuple[IdentityDecision, ...] = ()


@dataclass(frozen=True, slots=True)
class SetPhoneRegion:
    """Where phone numbers without a country code are at home (ISO 3166, "IE"); "" when that cannot be said."""

    region: str


@dataclass(frozen=True, slots=True)
class SetRetentionDays:
    """For how many days, one or more, words stay on this computer. What is wiped does not come back by a greater
    number."""

    days: int


@dataclass(frozen=True, slots=True)
class ForgetCustomer:
    """Leave nothing of this customer on this computer; Intercom keeps what it has. Fails while a reply to her is not
    settled. Cannot be undone."""

    customer_id: str


@dataclass(frozen=True, slots=True)
class FocusCustomer:
    """The agent looks at this customer (None: at none); her open conversation is then read every few seconds.

    visible: False while the window is hidden, so that reading slows down.
    """

    customer_id: str | None
    conversation_id: str | None = None
    visible: bool = True


@dataclass(frozen=True, slots=True)
class SyncNow:
    """Try at once, whatever pause is running."""


@dataclass(frozen=True, slots=True)
class CancelFirstSync:
    """Keep what the first sync has read; the rest comes when it changes."""


Command = (
    SaveDraft
    | SendReply
    | SendDirect
    | RefreshTemplates
    | ResolvePending
    | EditPending
    | CloseConversation
    | ReopenConversation
    | SnoozeConversation
    | AssignConversation
    | MarkSeen
    | PinMapping
    | SetRelay
    | ChooseTeammate
    | SetBridgeCodes
    | SetOtherCodes
    | SetBridgeChannels
    | SetBridgeTaggers
    | SetMessageChannel
    | MarkSolved
    | SetNoticePatterns
    | DecideIdentity
    | SetPhoneRegion
    | SetRetentionDays
    | ForgetCustomer
    | FocusCustomer
    | SyncNow
    | CancelFirstSync
)


@dataclass(frozen=True, slots=True)
class Done:
    """Taken and stored. For a reply: queued, and shown as an echo. sentence: what was done, where that is not plain."""

    sentence: str = ""


@dataclass(frozen=True, slots=True)
class NeedsConsent:
    """Not sent: the forecast holds warnings that the agent has not accepted. Nothing was changed.

    warned: these, worst first; their `acknowledgement`s, added to the command's, accept them.
    """

    forecast: Forecast
    warned: tuple[ForecastWarning, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing was changed. sentence: what happened and what to do."""

    sentence: str


Answer = Done | NeedsConsent | Failed

"""What an agent can ask the program to do, as frozen data, and the answers. `CommandHandler` carries them out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from desktop.domain.content.snippets import Snippet, SnippetAction
from desktop.domain.content.template import Filled
from desktop.domain.content.translation import OwnText
from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast
from desktop.domain.history.report_events import ReportEvent
from desktop.domain.identity.contact_data import ContactField
from desktop.domain.identity.customer import IdentityDecision
from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.customer_texts import CustomerTexts
from desktop.domain.model.facts import ChannelKind, MessageKey, Priority
from desktop.domain.model.formatting import Spans
from desktop.domain.model.list_view import SavedView
from desktop.domain.model.outgoing import Schedule
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.domain.model.warning import Acknowledgement, ForecastWarning
from desktop.domain.model.workspace import Relay
from desktop.ports import OutgoingFile
from desktop.store.outgoing.drafts import Draft


class SaveDraft(Draft, frozen=True):
    """Save what is in the composer. An empty draft is removed. One draft per conversation and kind (reply, note).

    seen_upto: the highest `Entry.arrival` stored while the end of the thread was visible in the active window and the
        draft was touched; None if that never was. A later save never lowers it.
    """


class SendReply(msgspec.Struct, frozen=True):
    """Send what is in the composer.

    draft_id: minted when the composer was last emptied; a second press with the same id does nothing.
    acknowledged: the warnings that the agent has accepted for this very reply, each with what it depends on.
    seen_upto: as in `SaveDraft`; the greater of this and the stored draft's counts. None in both: every message counts
        as new.
    schedule: when to send it; None at once. Its warnings are those of that time.
    actions: what is to be done with the conversation once the reply is accepted (`Queries.due_actions`).
    spans: the text's formatting.
    own: what the agent wrote, where the text is a translation of it: kept for the team, never sent to the customer.
    """

    draft_id: str
    customer_id: str
    conversation_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False
    acknowledged: Acknowledgement = frozenset()
    seen_upto: int | None = None
    schedule: Schedule | None = None
    actions: tuple[SnippetAction, ...] = ()
    spans: Spans = ()
    own: OwnText | None = None


class SendDirect(msgspec.Struct, frozen=True):
    """Send on a direct route; a note in the conversation then tells the team what was sent where.

    draft_id, acknowledged, seen_upto, schedule, actions, spans, own: as in `SendReply`.
    files: at most one.
    text: free text; for a template, its text once filled (`Filled.text`).
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
    schedule: Schedule | None = None
    actions: tuple[SnippetAction, ...] = ()
    spans: Spans = ()
    own: OwnText | None = None


class SendReaction(msgspec.Struct, frozen=True):
    """React to a customer's message through the direct account that lists it; answered once the provider has accepted
    it. emoji: one of the account's `Capabilities.reactions`; "" removes ours.
    """

    conversation_id: str
    entry_id: str
    emoji: str


class CarryOutActions(msgspec.Struct, frozen=True):
    """Do with the conversation what was to be done once this reply is accepted; answered as `ChangeSeveral`."""

    draft_id: str


class StartConversation(msgspec.Struct, frozen=True):
    """Write first: to a contact, or to whoever has a number or an email. Needs a connection; answered with `Done` once
    the message is queued, and then it is sent as any other.

    draft_id: as in `SendReply`. contact_id: Intercom's; "" for `address`, which is as the agent typed it.
    name: of a contact that has to be made, "" if unknown. route: None through Intercom, and then `channel` is the
    Messenger or email. text, template: as in `SendDirect`. subject: of an email.
    """

    draft_id: str
    channel: ChannelKind
    text: str
    contact_id: str = ""
    address: str = ""
    name: str = ""
    route: Route | None = None
    subject: str = ""
    template: Filled | None = None
    acknowledged: Acknowledgement = frozenset()


class RefreshTemplates(msgspec.Struct, frozen=True):
    """Ask the provider for this account's templates, unless the list is fresh. again: even then."""

    key: ChannelKey
    again: bool = False


class ResolvePending(msgspec.Struct, frozen=True):
    """The agent's decision on a reply that is scheduled, held, refused or unconfirmed: send it (again) now or cancel
    it. One that is waiting for a pause to end is tried at once.

    arrived: the agent saw an unconfirmed reply on the customer's side: it is finished.
    cancel: its text is kept for an hour, so that `EditPending` can undo it. One with files that is being sent can be
        cancelled too, as long as its request is not complete.
    acknowledged: with `send`, added to what was accepted before.
    """

    draft_id: str
    send: bool = False
    cancel: bool = False
    arrived: bool = False
    acknowledged: Acknowledgement = frozenset()


class Reschedule(msgspec.Struct, frozen=True):
    """Send a reply that is scheduled, or held, at another time. Also undoes that a scheduled one was cancelled, for an
    hour.

    acknowledged: added to what was accepted before.
    """

    draft_id: str
    schedule: Schedule
    acknowledged: Acknowledgement = frozenset()


class EditPending(msgspec.Struct, frozen=True):
    """Turn a reply that is scheduled, queued, held, refused or unconfirmed into a draft of its conversation with a new
    draft id. Also undoes a cancel, for an hour. Fails, and changes nothing, while the conversation has another draft.
    """

    draft_id: str


# Commands that change a conversation at Intercom are answered with `Done` once Intercom has taken them, and
# `Done.undo` takes them back. Without a connection they are refused.


class CloseConversation(msgspec.Struct, frozen=True):
    """Close the conversation at Intercom."""

    conversation_id: str


class ReopenConversation(msgspec.Struct, frozen=True):
    """Open the conversation at Intercom again."""

    conversation_id: str


class SnoozeConversation(msgspec.Struct, frozen=True):
    """Snooze the conversation at Intercom. until: in UTC."""

    conversation_id: str
    until: datetime


class AssignConversation(msgspec.Struct, frozen=True):
    """Assign the conversation to a teammate; its team stays. teammate_id: "" removes the assignee."""

    conversation_id: str
    teammate_id: str


class AssignToTeam(msgspec.Struct, frozen=True):
    """Assign the conversation to a team; the teammate stays, unless Intercom's own rules assign another. team_id: ""
    removes the team.
    """

    conversation_id: str
    team_id: str


class TagConversation(msgspec.Struct, frozen=True):
    """Put a tag on the conversation. name: of the tag, in any case; it is created if the workspace has none such, which
    undo leaves there.
    """

    conversation_id: str
    name: str


class UntagConversation(msgspec.Struct, frozen=True):
    """Take a tag off the conversation. name: of the tag, in any case."""

    conversation_id: str
    name: str


class SetPriority(msgspec.Struct, frozen=True):
    """Change the conversation's priority. Intercom takes this in a preview of its API only, so that it may be refused
    for every conversation (`ProviderReason.INTERCOM_PRIORITY`).
    """

    conversation_id: str
    priority: Priority


class ChangeSeveral(msgspec.Struct, frozen=True):
    """Carry out several changes, each by itself: one that is refused stops no other. Answered with `Done` if all were
    taken, `Failed` if none was, and `PartlyDone` otherwise.
    """

    changes: tuple[ConversationChange, ...]


class UndoChanges(msgspec.Struct, frozen=True):
    """Take back changes, except of a conversation that somebody has changed again: theirs is to stay.

    made: what is taken back. undo: as the answer to that had it. Answered as `ChangeSeveral`.
    """

    made: tuple[ConversationChange, ...]
    undo: ConversationChange | ChangeSeveral


# Commands that change a contact at Intercom. They are answered once Intercom has taken them, and refused without a
# connection.


class EditContact(msgspec.Struct, frozen=True):
    """Change one field of a contact. value: "" removes it. seen: the value that the agent saw; where it is another one
    by now, and not the new one either, it is answered with `ValueChanged`.
    """

    contact_id: str
    field: ContactField
    value: str
    seen: str


class AddContactNote(msgspec.Struct, frozen=True):
    """Add a note on a contact, which the team sees. Nothing takes it back."""

    contact_id: str
    text: str


class TagContact(msgspec.Struct, frozen=True):
    """Put a tag on a contact. name: as in `TagConversation`."""

    contact_id: str
    name: str


class UntagContact(msgspec.Struct, frozen=True):
    """Take a tag off a contact. name: of the tag, in any case."""

    contact_id: str
    name: str


class JoinCompany(msgspec.Struct, frozen=True):
    """Put a contact into a company. name: in any case. create: make it if there is none of this name, which undo leaves
    there; without it that is `CommandReason.NO_SUCH_COMPANY`.
    """

    contact_id: str
    name: str
    create: bool = False


class LeaveCompany(msgspec.Struct, frozen=True):
    """Take a contact out of a company. name: the company's, for undo."""

    contact_id: str
    company_id: str
    name: str


class MergeContacts(msgspec.Struct, frozen=True):
    """Merge a lead into a user at Intercom, which nothing takes back."""

    lead_id: str
    user_id: str


ContactChange = EditContact | AddContactNote | TagContact | UntagContact | JoinCompany | LeaveCompany | MergeContacts


class MarkSeen(msgspec.Struct, frozen=True):
    """The agent has seen this customer's newest message. Ends `MarkUnread`."""

    customer_id: str


class MarkUnread(msgspec.Struct, frozen=True):
    """Show this customer as unread, on this computer, until `MarkSeen`: Intercom takes no such mark from apps."""

    customer_id: str


class ShowTranslation(msgspec.Struct, frozen=True):
    """Show the translation of a message that has one, or the message alone; the translation is kept."""

    message: MessageKey
    shown: bool = True


class SetCustomerLanguage(msgspec.Struct, frozen=True):
    """Say which language this customer writes. code: "" lets what a service detects decide."""

    customer_id: str
    code: str


class TranslateCustomer(msgspec.Struct, frozen=True):
    """Say that this customer's messages shall be translated as they come into view, or no more."""

    customer_id: str
    translates: bool


class PinMapping(msgspec.Struct, frozen=True):
    """Say what a conversation mirrors. channel None: nothing. forget: let the evidence decide again."""

    conversation_id: str
    channel: ChannelKind | None
    forget: bool = False


class SetRelay(msgspec.Struct, frozen=True):
    """Say what was found out about the relay.

    proof: `GUIDED_TEST` after a reply to the agent's own phone was looked for there.
    about: the conversation of that test; never text of a message.
    """

    channel: ChannelKind
    relay: Relay
    proof: RelayProof = RelayProof.PERSON
    about: str = ""


class ChooseTeammate(msgspec.Struct, frozen=True):
    """Say who uses this desktop: replies are sent in this teammate's name. "" goes back to the token's owner."""

    teammate_id: str


class SetBridgeCodes(msgspec.Struct, frozen=True):
    """codes: used instead of the learnt ones; empty goes back to learning."""

    codes: frozenset[str]


class SetOtherCodes(msgspec.Struct, frozen=True):
    """codes: package codes that are not the bridge's; empty removes all of them."""

    codes: frozenset[str]


class SetBridgeChannels(msgspec.Struct, frozen=True):
    """channels: what the bridge carries; empty: there is no bridge. None: nobody says."""

    channels: frozenset[ChannelKind] | None


class SetBridgeTaggers(msgspec.Struct, frozen=True):
    """ids: admins in whose name the bridge tags; then nobody else's tags count. Empty removes that."""

    ids: frozenset[str]


class SetMessageChannel(msgspec.Struct, frozen=True):
    """Say which channel one message of the customer came from. channel None: let the evidence decide again."""

    conversation_id: str
    entry_id: str
    channel: ChannelKind | None


class MarkSolved(msgspec.Struct, frozen=True):
    """Say that the problem that a contrary fact reports is solved, or, with `solved` False, that it is not.

    fact_id: `domain.contrary.ContraryFact.id`.
    """

    fact_id: str
    solved: bool = True


class SetNoticePatterns(msgspec.Struct, frozen=True):
    """patterns: regular expressions of a bridge's failure notice, used instead of the built-in ones; empty goes back to
    these. One that does not compile is answered with `Failed` naming it.
    """

    patterns: tuple[str, ...]


class DecideIdentity(msgspec.Struct, frozen=True):
    """Decide whether pairs of contacts are one customer. A customer's id stands for one of their contacts.

    revoked: decisions that no longer hold, so that what the contacts have in common decides again; applied first.
    """

    decisions: tuple[IdentityDecision, ...] = ()
    revoked: tuple[IdentityDecision, ...] = ()


class SetPhoneRegion(msgspec.Struct, frozen=True):
    """The country of phone numbers without a country code (ISO 3166, "IE"); "" when that cannot be said."""

    region: str


class SetRetentionDays(msgspec.Struct, frozen=True):
    """For how many days, one or more, the text of messages is kept. A greater number brings back
    nothing that is wiped.
    """

    days: int


class SaveView(msgspec.Struct, frozen=True):
    """Save a view of the agent's own, on this computer. One with the same id is replaced, which renames it too."""

    view: SavedView


class DeleteView(msgspec.Struct, frozen=True):
    """Delete a view of the agent's own; `SaveView` brings it back, as the last one."""

    view_id: str


class SaveSnippets(msgspec.Struct, frozen=True):
    """Save replies of the agent's own, on this computer. Those with the same ids are replaced."""

    snippets: tuple[Snippet, ...]


class DeleteSnippets(msgspec.Struct, frozen=True):
    """Delete saved replies of the agent's own; `SaveSnippets` brings them back."""

    ids: tuple[str, ...]


class ForgetCustomer(msgspec.Struct, frozen=True):
    """Delete everything of this customer from this computer; Intercom keeps what it has. Fails while a reply to the
    customer is not settled. Cannot be undone.
    """

    customer_id: str


class FocusCustomer(msgspec.Struct, frozen=True):
    """The agent looks at this customer (None: at nobody), whose open conversation is then read every few seconds, and
    who is shown again at the next start.

    visible: False while the window is hidden, so that reading slows down.
    """

    customer_id: str | None
    conversation_id: str | None = None
    visible: bool = True


class SetTyping(msgspec.Struct, frozen=True):
    """Tell the team that the agent is writing in this conversation; to be repeated at most every second while they
    write. Without a repetition it holds for 5 s. Does nothing without a team.

    is_typing: False when the draft was emptied, sent or left.
    """

    conversation_id: str
    is_typing: bool = True


class SetVisibleCustomers(msgspec.Struct, frozen=True):
    """Which rows of the customer list are in view, so that colleagues' presence there is received. Does nothing without
    a team. Nothing is published: whom the agent looks at `FocusCustomer` says.
    """

    customer_ids: tuple[str, ...]


class SyncNow(msgspec.Struct, frozen=True):
    """Try at once, whatever pause is running."""


class CancelFirstSync(msgspec.Struct, frozen=True):
    """Keep what the first sync has read; other conversations are read when they change."""


ConversationChange = (
    CloseConversation
    | ReopenConversation
    | SnoozeConversation
    | AssignConversation
    | AssignToTeam
    | TagConversation
    | UntagConversation
    | SetPriority
)


class MarkReportsDone(msgspec.Struct, frozen=True):
    """Say that what these events of reports ask for is dealt with, or, with `is_done` False, that it is not."""

    events: tuple[ReportEvent, ...]
    is_done: bool = True


class SetCustomerTexts(msgspec.Struct, frozen=True):
    """Save the workspace's own words for customers, all of them."""

    texts: CustomerTexts


class MarkTextsSet(msgspec.Struct, frozen=True):
    """Say that Intercom's Messenger has the texts that ask to continue on WhatsApp since now, or that it has none."""

    is_set: bool = True


class SetFilesLimits(msgspec.Struct, frozen=True):
    """How much the files of messages may take on this computer, and for how many days after their messages they are
    kept; 0 days for as long as the messages.
    """

    megabytes: int
    days: int


class DeleteFiles(msgspec.Struct, frozen=True):
    """Delete the files of messages from this computer. They are fetched again when somebody looks at them."""


ReplyCommand = (
    SaveDraft
    | SendReply
    | SendDirect
    | SendReaction
    | CarryOutActions
    | StartConversation
    | ResolvePending
    | Reschedule
    | EditPending
)
CustomerCommand = (
    MarkSeen
    | MarkUnread
    | ShowTranslation
    | SetCustomerLanguage
    | TranslateCustomer
    | PinMapping
    | SetMessageChannel
    | MarkSolved
    | MarkReportsDone
    | DecideIdentity
    | ForgetCustomer
)
SettingsCommand = (
    SetRelay
    | SetBridgeCodes
    | SetOtherCodes
    | SetBridgeChannels
    | SetBridgeTaggers
    | SetNoticePatterns
    | SetPhoneRegion
    | ChooseTeammate
    | SetRetentionDays
    | SetCustomerTexts
    | MarkTextsSet
    | SaveView
    | DeleteView
    | SaveSnippets
    | DeleteSnippets
    | SetFilesLimits
    | DeleteFiles
)
ScreenCommand = FocusCustomer | SetTyping | SetVisibleCustomers | RefreshTemplates | SyncNow | CancelFirstSync
Command = (
    ReplyCommand
    | ConversationChange
    | ChangeSeveral
    | UndoChanges
    | ContactChange
    | CustomerCommand
    | SettingsCommand
    | ScreenCommand
)


class Done(msgspec.Struct, frozen=True):
    """Carried out and stored. For a reply: queued, and shown as pending. remark: what was done, where that is not
    obvious. undo, contact_undo: of a change of conversations or of a contact, what takes it back; None where nothing
    was changed, and where nothing takes it back.
    customer_id, conversation_id: of `StartConversation`, where the message is shown; the conversation is "" while there
    is none.
    """

    remark: Reason = NO_REASON
    undo: ConversationChange | ChangeSeveral | None = None
    contact_undo: ContactChange | None = None
    customer_id: str = ""
    conversation_id: str = ""


class NeedsConsent(msgspec.Struct, frozen=True):
    """Not sent, and nothing was changed: the forecast has warnings that the agent has not accepted.

    warned: these, worst first; their `acknowledgement`s, added to the command's, accept them.
    """

    forecast: Forecast
    warned: tuple[ForecastWarning, ...]


class Failed(msgspec.Struct, frozen=True):
    """Nothing was changed. reason: what happened and what to do."""

    reason: Reason


def failed(code: StrEnum, **params: object) -> Failed:
    """The answer to a command that was not carried out."""
    return Failed(make_reason(code, **params))


class ValueChanged(msgspec.Struct, frozen=True):
    """Nothing was changed: somebody else has changed the value since the agent saw it. value: as it is now."""

    value: str


class PartlyDone(msgspec.Struct, frozen=True):
    """Some of several changes were taken. failed: the others, in the order they were asked for, with what happened and
    what to do. undo: takes back those that were taken.
    """

    failed: tuple[tuple[ConversationChange, Reason], ...]
    undo: ChangeSeveral | None = None


Answer = Done | NeedsConsent | ValueChanged | PartlyDone | Failed

"""The details pane: who the customer is, their conversations and channels, and how that is known."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.identity.customer import ContactMatch, IdentityDecision
from desktop.domain.mapping import ChannelMapping, Unmapped
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.origin import Origin, Transport
from desktop.text import locale
from desktop.text.catalog import Phrase, Plural, Text
from desktop.text.formats import clock_time
from desktop.text.names import channel_label, display_name, origin_badge
from desktop.text.reasons.describe import describe

ABOUT_CUSTOMER = Text("About the customer")
# Translators: headings of the sections.
CONTACT = Text("Contact")
ATTRIBUTES = Text("Attributes")
TAGS = Text("Tags")
CONVERSATIONS = Text("Conversations")
EARLIER_CONVERSATIONS = Plural("Show {count} earlier conversation", "Show {count} earlier conversations")
CHANNELS = Text("Channels")
POSSIBLE_DUPLICATES = Text("Possible duplicates")
HOW_WE_KNOW = Text("How we know")
# Translators: a heading for screen readers.
ACCESSIBLE_SECTION = Text("{title}, section")

# Translators: facts about a contact.
PHONE, EMAIL, LANGUAGE, LOCATION = Text("Phone"), Text("Email"), Text("Language"), Text("Location")
COPY = Text("Copy")
# Translators: {fact}: "Phone" or "Email". {value}: the number or address.
ACCESSIBLE_COPY = Text("Copy {fact}: {value}")
COPIED = Text("Copied: {value}")
# Translators: what time it is for the customer. {time}: "14:02". {place}: "Dublin, Ireland".
_LOCAL_TIME = Text("Local time {time} · {place}")
# Translators: {place}: a country, which only the phone number tells.
_LOCAL_TIME_BY_PHONE = Text("Local time {time} · {place}, by phone number")
# Translators: a time on another day than here. {weekday}: "Mon".
_WEEKDAY_AND_TIME = Text("{weekday} {time}")
IDS = Text("IDs")
_IDS = {"user": Text("User ID"), "lead": Text("Lead ID")}
_CONTACT_ID = Text("Contact ID")
# Translators: Intercom's kinds of contact.
_ROLES = {"user": Text("user"), "lead": Text("lead")}
_CONTACT = Text("contact")
_NAME_AND_ROLE = Text("{name} · {role}")
# Translators: {known}: a phone number or an email address.
_NAME_ROLE_AND_ADDRESS = Text("{name} · {role} · {known}")

# Translators: a conversation of the list. {status}: "Open · Maria Lind".
REPLY_IN = Text("Reply in {conversation}, {status}")
REPLYING_IN = Text("Reply in {conversation}, {status}, selected")
REPLY_HERE = Text("Reply in this conversation")
OPEN_CONVERSATION = Text("Open {conversation} in Intercom")

NO_TIME_LIMITS = Text("No channel with a time limit.")
CHANNEL_NOT_KNOWN = Text("The channel isn't known, so a 24-hour window may apply.")
NO_TIME_LIMIT = Text("{channel}: no time limit for replies.")
# Translators: numbers of a chat: ours, then the customer's.
ADDRESSES = Text("{ours} → {customer}")
TEST = Text("Test…")
TEST_AGAIN = Text("Test again…")
ACCESSIBLE_TEST = Text("Test delivery {place} with your own phone")
# Translators: {routes}: a list such as "WhatsApp, SMS through Twilio".
SEND_DIRECTLY = Text("You can also send directly: {routes}")

# Translators: how sure the program is that a conversation is on a channel.
_CHANNEL_SURE = Text("{channel} ({percent}% sure).")
_NATIVE_SURE = Text("{channel}, connected without Octopods ({percent}% sure).")
_CHANNEL_UNKNOWN = Text("Channel unknown ({percent}% sure).")
OPENED_BY = Text("The window was opened by “{message}” ({time}).")
OPENED_BY_FILE = Text("The window was opened by a file ({time}).")
NOT_IN_INTERCOM = Text("Intercom doesn't show that message yet.")
# Translators: {margin}: "2 min".
MARGIN_FOR_OCTOPODS = Text("Octopods forwards messages with a delay, so we count {margin} less than 24 h.")
MARGIN = Text("The time comes from {channel} itself. We count {margin} less than 24 h to be safe.")
CHANGE_CHANNEL = Text("Change channel…")
ACCESSIBLE_CHANGE_CHANNEL = Text("Change the channel of this conversation")
SET_AUTOMATICALLY = Text("Detect automatically")
REPORTED_PROBLEMS = Text("Reported problems")
# Translators: after a reported problem.
NO_LONGER_APPLIES = Text("No longer applies.")
SOLVED = Text("Mark as solved")
ACCESSIBLE_SOLVED = Text("Mark as solved: {problem}")
SOLVED_TIP = Text("Stop warning about this problem")
LATEST_MESSAGES = Text("Latest messages in this conversation")
# Translators: one of the latest messages. {origin}: "Messenger · iPhone".
_MESSAGE_SURE = Text("{time} · {origin} ({percent}% sure).")
_MESSAGE_MAYBE = Text("{time} · maybe {origin} ({percent}% sure).")

# Translators: two contacts of one customer.
_ONE_CUSTOMER = Text("{one} and {other} are one customer ({percent}% sure).")
NOT_SAME_PERSON = Text("Not the same person")
ACCESSIBLE_NOT_SAME_PERSON = Text("{name} isn't the same person")
MERGE = Text("Merge")
ACCESSIBLE_MERGE = Text("Merge with {name}")
_SAID_SAME = Text("A teammate said that {one} and {other} are the same person.")
_SAID_DIFFERENT = Text("A teammate said that {one} and {other} are different people.")
UNDO = Text("Undo")
ACCESSIBLE_UNDO = Text("Undo: {decision}")
# Translators: the button of a menu.
MORE = Text("More")
ACCESSIBLE_MORE = Text("More about {name}")
MERGE_WITH = Text("Merge with…")
MERGE_IN_INTERCOM = Text("Merge in Intercom…")
DELETE_DATA = Text("Delete data from this computer…")
# Translators: shown when it is done, with Undo.
MERGED = Text("{one} and {other} are merged.")
NOT_SUGGESTED_AGAIN = Text("{name} won't be suggested again.")
SEPARATED = Text("{name} is a separate customer now.")
DECIDED_AUTOMATICALLY = Text("Detected automatically again.")
# Translators: stands for a name.
_A_CONTACT = Text("a contact")


# --- editing ----------------------------------------------------------------------------------------------------------

# Translators: headings of sections.
NOTES, COMPANIES = Text("Notes", "about a customer"), Text("Companies")
NAME = Text("Name")
EDIT = Text("Edit (F2)")
# Translators: {field}: "Phone". {value}: the number.
ACCESSIBLE_EDIT = Text("Edit {field}: {value}")
SAVE, CANCEL = Text("Save"), Text("Cancel")
ADD_PHONE, ADD_EMAIL = Text("Add phone number"), Text("Add email")
ADD_ATTRIBUTE = Text("Add attribute…")
ADD_NOTE = Text("Add note")
ADD_TAG = Text("Add tag…")
ADD_COMPANY = Text("Add company…")
# Translators: the name of a text field.
COMPANY_NAME = Text("Name of the company")
NEW_NOTE = Text("New note about the customer")
NEW_TAG = Text("Create tag “{tag}”")
TAGS_OF_CUSTOMER, TAGS_OF_CONVERSATIONS = Text("On the customer"), Text("On conversations")
REMOVE_TAG = Text("Remove tag {tag}")
REMOVE_COMPANY = Text("Remove from {company}")
# Translators: values of an attribute.
YES, NO, NOT_SET = Text("Yes"), Text("No"), Text("Not set")
CLEAR_DATE = Text("Remove the date")
SAVING = Text("Saving…")
# Translators: {name}: a teammate. {time}: "20 November 2026, 14:00".
NOTE_BY = Text("{name} · {time}")
_A_TEAMMATE = Text("A teammate")
SHOW_ALL_NOTES = Plural("Show {count} more note", "Show {count} more notes")
# Translators: {value}: what somebody else has entered meanwhile.
CHANGED_BY_OTHERS = Text("Somebody changed this to “{value}” since you opened it.")
REMOVED_BY_OTHERS = Text("Somebody removed this since you opened it.")
REPLACE = Text("Save mine")
KEEP_THEIRS = Text("Keep that change")
CREATE_COMPANY = Text("Create company")
# Translators: {reason}: why something could not be read.
DETAILS_MISSING = Text("Some details couldn't be loaded. {reason}")
# Translators: {name}: a contact, such as "Jennifer Okafor · user".
SHARED_VALUE = Text(
    "Another contact of this customer has the same value. Only {name} is changed, so they may be shown as two "
    "customers afterwards."
)
# Translators: shown when it is done, with Undo. {field}: "Phone" or the name of an attribute.
CHANGED = Text("{field} changed.")
FIELD_REMOVED = Text("{field} removed.")
NOTE_ADDED = Text("Note added. Your team sees it in Intercom.")
TAG_ADDED, TAG_REMOVED = Text("Tag “{tag}” added."), Text("Tag “{tag}” removed.")
COMPANY_ADDED, COMPANY_REMOVED = Text("Added to {company}."), Text("Removed from {company}.")
MERGED_IN_INTERCOM = Text("Intercom merged {lead} into {user}.")
NOTHING_TO_MERGE = Text("Intercom merges a lead into a user, and this customer doesn't have both.")
# Translators: the sheet that asks before two contacts are merged for ever. {lead}, {user}: contacts, such as
# "Ana Silva · lead · +54 9 11 …".
MERGE_TITLE = Text("Merge these contacts in Intercom?")
MERGE_PAIR = Text("{lead} is merged into {user}.")
MERGE_MOVES = Text("Conversations, notes, tags and companies of the lead move to the user.")
MERGE_KEEPS = Text("Where both have a value, the user's stays: name, phone number, email and attributes.")
MERGE_ENDS = Text("The lead no longer exists afterwards. Intercom can't undo this.")
MERGE_HERE = Text(
    "Showing them as one customer here needs no merge in Intercom: “Merge with…” does that, and you can undo it."
)
MERGE_UNDERSTOOD = Text("I understand that this can't be undone.")
MERGE_NOW = Text("Merge permanently")
# Translators: which lead is to be merged.
MERGE_WHICH = Text("Which lead?")


def teammate_name(name: str) -> str:
    return name.strip() or _A_TEAMMATE()


def local_time(there: datetime, here: datetime, place: str, *, by_phone: bool) -> str:
    """there, here: the same moment in the customer's time zone and in the computer's."""
    time = locale.formats().time(there)
    if there.date() != here.date():
        time = _WEEKDAY_AND_TIME(weekday=locale.formats().weekday(there.date(), short=True), time=time)
    return (_LOCAL_TIME_BY_PHONE if by_phone else _LOCAL_TIME)(time=time, place=place)


def contact_name(contact: Contact) -> str:
    """Return the contact's name, or what is known instead."""
    known = contact.email or contact.phone or contact.id
    return display_name(contact.name) if contact.name.strip() else known


def a_contact() -> str:
    """Return what stands in a sentence for the name of a contact that isn't known."""
    return Phrase(_A_CONTACT())


def contact_heading(contact: Contact) -> str:
    """Return for example `Jennifer Okafor · user`."""
    return _NAME_AND_ROLE(name=contact_name(contact), role=_role(contact))


def contact_description(contact: Contact) -> str:
    """Return for example `Ana Silva · lead · +54 9 11 …`."""
    known, name = contact.phone or contact.email, contact_name(contact)
    if not known or known == name:
        return contact_heading(contact)
    return _NAME_ROLE_AND_ADDRESS(name=name, role=_role(contact), known=known)


def id_label(contact: Contact) -> str:
    """Return what the contact's id is called."""
    return _IDS.get(contact.role, _CONTACT_ID)()


def one_customer(one: Contact, other: Contact, match: ContactMatch) -> str:
    """Return why two contacts are one customer, and how sure that is."""
    sure = _ONE_CUSTOMER(one=contact_name(one), other=contact_name(other), percent=match.confidence)
    return f"{sure} {describe(match.reason)}"


def decision_sentence(decision: IdentityDecision, one: str, other: str) -> str:
    """Return what a teammate said about two contacts, by their names."""
    return (_SAID_SAME if decision.same else _SAID_DIFFERENT)(one=one, other=other)


def mapping_sentences(mapping: ChannelMapping | None, unmapped: Unmapped | None) -> str:
    """Return which channel a conversation is on, how sure that is, and why; "" for nothing known."""
    if mapping is None:
        if unmapped is None:
            return ""
        return _sure(_CHANNEL_SURE, unmapped.channel, unmapped.confidence, describe(unmapped.reason))
    entry = _NATIVE_SURE if mapping.transport is Transport.NATIVE else _CHANNEL_SURE
    channel = mapping.channel if mapping.is_known else ChannelKind.UNKNOWN
    return _sure(entry, channel, mapping.confidence, describe(mapping.reason))


def origin_sentences(origin: Origin, sent_at: datetime) -> str:
    """Return where a message came from, how sure that is, and why."""
    is_maybe = not origin.is_known and origin.channel is not ChannelKind.UNKNOWN
    shown = channel_label(origin.channel) if is_maybe else origin_badge(origin)
    entry = _MESSAGE_MAYBE if is_maybe else _MESSAGE_SURE
    sure = entry(time=clock_time(sent_at), origin=shown, percent=origin.confidence)
    return f"{sure} {describe(origin.reason)}"


def _sure(entry: Text, channel: ChannelKind, confidence: int, reason: str) -> str:
    shown = _CHANNEL_UNKNOWN if channel is ChannelKind.UNKNOWN else entry
    return f"{shown(channel=channel_label(channel), percent=confidence)} {reason}"


def _role(contact: Contact) -> str:
    return _ROLES.get(contact.role, _CONTACT)()

"""What stands in the bubbles of messages and notes, and between them."""

from __future__ import annotations

from desktop.domain.history.thread import Author, Message
from desktop.domain.model.facts import Attachment, ChannelKind, Entry
from desktop.domain.model.reason import make_reason
from desktop.domain.origin import Origin
from desktop.domain.window.window import WINDOW_LENGTH
from desktop.ports.reasons import MediaReason
from desktop.text.catalog import Plural, Text
from desktop.text.formats import size
from desktop.text.names import channel_label, channel_name, place
from desktop.text.reasons.describe import describe

NOTE = Text("Note")
BRIDGE_NOTICE = Text("Message from Octopods")
UNKNOWN_SENDER = Text("Unknown sender")
_UNKNOWN_KIND = Text("Unknown kind of message")
# Translators: stand for a name.
_CUSTOMER, _TEAMMATE = Text("Customer", "stands for a name"), Text("Teammate")
# Translators: {template}: the name of a WhatsApp template.
TEMPLATE = Text("Template {template}")
REDACTED = Text("Deleted in Intercom.")
WIPED = Text("Older message. Open it in Intercom.")
# Translators: {kind}: Intercom's own word.
_NOTHING_TO_SHOW = Text("This message can't be shown here. Intercom calls it “{kind}”.")

# Translators: {place}: "on WhatsApp".
_NOT_SHOWN = Text("Not shown {place}.")
_NOT_SHOWN_NOT_OPENING = Text("Not shown {place}. Doesn't extend the 24-hour window.")
_MAYBE = Text("Maybe {channel}.")
_SENDER_UNKNOWN_TIP = Text(
    "Intercom doesn't say who wrote this. It may be the customer. It doesn't extend the 24-hour window."
)
# Translators: {kind}: Intercom's own word.
_KIND_UNKNOWN_TIP = Text("Intercom calls this “{kind}”. It may be a message. It doesn't extend the 24-hour window.")

_KINDS = {"image": Text("Picture"), "audio": Text("Audio"), "video": Text("Video")}
_FILE = Text("File", "kind of attachment")
# Translators: below a file's name: "Picture · 14 kB".
_KIND_AND_SIZE = Text("{kind} · {size}")
# Translators: below the name of a sound or video file. {details}: "Audio · 14 kB".
_OPENS_ELSEWHERE = Text("{details} · Opens in your media player")
# Translators: tooltip of a file. {name}: its name; {details}: "Picture · 14 kB".
_NAME_AND_DETAILS = Text("{name} · {details}")

# Translators: of the customer, at a message. {emoji}: one picture.
_REACTION = Text("The customer reacted with {emoji}. That doesn't extend the 24-hour window.")

# Translators: below a customer's message. {channel}: such as WhatsApp; {text}: as it reads now.
_EDITED = Text("Edited on {channel}: “{text}” Intercom still has the text above.")
_EDITED_TO_NOTHING = Text("Its text was removed on {channel}. Intercom still has the text above.")
_DELETED = Text("Deleted by the customer on {channel}. Intercom still has it.")

# Translators: in the menu of a customer's message.
REACT = Text("React")
REMOVE_REACTION = Text("Remove reaction")
# Translators: when the agent has reacted to a message, or removed that.
_REACTION_ACCEPTED = Text("{emoji} was accepted.")
REACTION_REMOVED = Text("Your reaction was removed.")
# Translators: a small label at a message that the agent reacted to.
_OWN_CHIP = Text("You: {emoji}")
# Translators: at a message that the agent reacted to. {emoji}: one picture; {channel}: such as WhatsApp.
_OWN_REACTION = Text("You reacted with {emoji}. {channel} accepted it; Intercom doesn't show it.")
# Translators: at a message. {emoji}: one picture.
_UNCONFIRMED = Text("{emoji} may have been sent")
_UNCONFIRMED_REMOVAL = Text("Your reaction may have been removed")
_UNCONFIRMED_ABOUT = Text(
    "There was no response, so this may or may not have reached the customer. React again to be sure."
)

# Translators: on the line above those that the agent has not seen yet.
NEW_MESSAGES = Text("New messages")
LOADING_EARLIER = Text("Loading earlier messages…")
# Translators: for screen readers, before the newest of them.
NEW_COUNT = Plural("{count} new message.", "{count} new messages.")
# Translators: on the button that goes to the newest message.
NEWER = Plural("{count} new", "{count} new")
GO_TO_NEWEST = Plural("{count} new message: go to the newest", "{count} new messages: go to the newest")
GO_TO_END = Text("Go to the newest message")
SHOW_ALL = Plural("Show all ({count} character)", "Show all ({count} characters)")
SHOW_MORE = Plural("Show more ({count} character in total)", "Show more ({count} characters in total)")
SHOW_ALL_FILES = Plural("Show {count} file", "Show all {count} files")
SHOW_MORE_FILES = Plural("Show more ({count} file in total)", "Show more ({count} files in total)")
MORE_FILES_IN_INTERCOM = Plural("Intercom shows {count} more file.", "Intercom shows {count} more files.")
# Translators: above the messages of a conversation: channel and subject.
_CHANNEL_AND_TITLE = Text("{channel} · {title}")


def author(message: Message) -> str:
    """Return the name of who wrote a message."""
    if message.author is Author.BRIDGE:
        return "Octopods"
    fallback = {Author.CUSTOMER: _CUSTOMER, Author.UNKNOWN: UNKNOWN_SENDER}.get(message.author, _TEAMMATE)
    return message.entry.author_name.strip() or fallback()


def note_heading(message: Message) -> str:
    return BRIDGE_NOTICE() if message.author is Author.BRIDGE else NOTE()


def channel_and_title(channel: ChannelKind, title: str) -> str:
    """Return a conversation's channel and subject."""
    title = title.strip()
    return _CHANNEL_AND_TITLE(channel=channel_label(channel), title=title) if title else channel_label(channel)


def not_shown_on(channel: ChannelKind) -> str:
    """Return what is said below a message that the customer doesn't see on the channel of the conversation."""
    return (_NOT_SHOWN_NOT_OPENING if channel in WINDOW_LENGTH else _NOT_SHOWN)(place=place(channel))


def reaction_tooltip(emoji: str) -> str:
    """Return what a reaction at a message means."""
    return _REACTION(emoji=emoji)


def customer_change(message: Message) -> str:
    """Return what the customer did later with this message on its channel; "" if nothing is known."""
    channel = channel_label(message.origin.channel) if message.origin is not None else ""
    if message.is_deleted:
        return _DELETED(channel=channel)
    if message.edited_to is None:
        return ""
    text = message.edited_to.strip()
    return _EDITED(channel=channel, text=text) if text else _EDITED_TO_NOTHING(channel=channel)


def reacted(emoji: str) -> str:
    """Return what is said once a reaction, or its removal, was accepted."""
    return _REACTION_ACCEPTED(emoji=emoji) if emoji else REACTION_REMOVED()


def own_reaction(emoji: str) -> str:
    """Return what is said at a message of a reaction of ours."""
    return _OWN_CHIP(emoji=emoji)


def own_reaction_tooltip(emoji: str, channel: ChannelKind) -> str:
    """Return what a reaction of ours at a message means."""
    return _OWN_REACTION(emoji=emoji, channel=channel_label(channel))


def unconfirmed_reaction(emoji: str) -> str:
    """Return what is said at a message of a reaction without an answer. emoji: "" for a removal."""
    return _UNCONFIRMED(emoji=emoji) if emoji else _UNCONFIRMED_REMOVAL()


def unconfirmed_tooltip() -> str:
    """Return what that means."""
    return _UNCONFIRMED_ABOUT()


def origin_tooltip(origin: Origin) -> str:
    """Return why a message has its origin badge."""
    if not origin.is_known and origin.channel is not ChannelKind.UNKNOWN:
        return f"{_MAYBE(channel=channel_name(origin.channel))} {describe(origin.reason)}"
    return describe(origin.reason)


def unknown_label(message: Message) -> str:
    """Return the label of a message of an unknown author or kind, which may be the customer's."""
    return UNKNOWN_SENDER() if message.author is Author.UNKNOWN else _UNKNOWN_KIND()


def unknown_tooltip(message: Message) -> str:
    """Return the tooltip of `unknown_label`."""
    if message.author is Author.UNKNOWN:
        return _SENDER_UNKNOWN_TIP()
    return _KIND_UNKNOWN_TIP(kind=message.entry.event.replace("_", " "))


def empty_message_text(entry: Entry) -> str:
    """Return what is known of a message that has neither text nor files."""
    if entry.redacted:
        return REDACTED()
    return WIPED() if entry.wiped else _NOTHING_TO_SHOW(kind=entry.event.replace("_", " "))


def attachment_kind(file: Attachment) -> str:
    return _KINDS.get(file.content_type.partition("/")[0], _FILE)()


def attachment_details(file: Attachment) -> str:
    """Return for example `Picture · 14 kB`; the kind alone where Intercom doesn't say the size."""
    kind = attachment_kind(file)
    return kind if file.size_bytes is None else _KIND_AND_SIZE(kind=kind, size=size(file.size_bytes))


def file_tooltip(name: str, file: Attachment) -> str:
    return _NAME_AND_DETAILS(name=name, details=attachment_details(file))


def opens_elsewhere(file: Attachment) -> str:
    """Return what is said of a sound or a video that cannot be played here."""
    return _OPENS_ELSEWHERE(details=attachment_details(file))


def picture_not_shown(file: Attachment, ending: str) -> str:
    """Return why a picture of this kind is not shown. ending: of its name."""
    if not ending:
        return attachment_details(file)
    return describe(make_reason(MediaReason.KIND_NOT_SHOWN, ending=ending.upper()))

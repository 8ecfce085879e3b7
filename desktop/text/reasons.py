"""A sentence for each code of `desktop.domain.model.reason`, with its parameters."""

from __future__ import annotations

from desktop.domain.model.reason import Reason, ReasonCode
from desktop.text.channels import channel_name

_SENTENCES = {
    ReasonCode.PERSON_SAID_MESSAGE: "A teammate said this message came from {channel}.",
    ReasonCode.PERSON_SAID_CONVERSATION: "A teammate said this conversation is {channel}.",
    ReasonCode.OWN_APP: "Made by Reachline's own app under the customer's name, which isn't expected.",
    ReasonCode.OTHER_APP: "Made by the app {code}, which isn't known as Octopods.",
    ReasonCode.BRIDGE_TAGGED_MESSAGE: "Posted by Octopods (app code {code}); the message's tag says {channel}.",
    ReasonCode.BRIDGE_TAGGED: "Posted by Octopods (app code {code}); the conversation's tag says {channel}.",
    ReasonCode.BRIDGE_TAGGED_WEAKLY: (
        "Posted by Octopods (app code {code}); a tag that may not be its own says {channel}."
    ),
    ReasonCode.BRIDGE_ONLY_CHANNEL: (
        "Posted by Octopods (app code {code}); a teammate said that Octopods carries only {channel}."
    ),
    ReasonCode.BRIDGE_ATTRIBUTE_THEN: (
        "Posted by Octopods (app code {code}); the contact's attributes said {channel} at that time."
    ),
    ReasonCode.BRIDGE_ATTRIBUTE_NOW: (
        "Posted by Octopods (app code {code}); only the contact's attributes of today say {channel}."
    ),
    ReasonCode.BRIDGE_CHANNEL_UNKNOWN: "Posted by Octopods (app code {code}); nothing says on which channel.",
    ReasonCode.EMAIL_HEADERS: "It carries email headers.",
    ReasonCode.EMAIL_CONVERSATION: "The conversation began by email.",
    ReasonCode.EMAIL_WITHOUT_HEADERS: (
        "The conversation is by email, but this message has no email headers and may have been typed in the Messenger."
    ),
    ReasonCode.NATIVE_FIRST: "Intercom says it began on its own {channel}.",
    ReasonCode.NATIVE: "Intercom says the conversation is on its own {channel}.",
    ReasonCode.NATIVE_DESPITE_MESSENGER: (
        "Intercom says the conversation is on its own {channel}, but the customer was in the Messenger just then."
    ),
    ReasonCode.NATIVE_MOVED: "The conversation began on “{born_on}”, and Intercom now says “{current}”.",
    ReasonCode.PHONE_CALL: "The conversation began as a phone call.",
    ReasonCode.WEB_PAGE: "Its first message was typed on a web page.",
    ReasonCode.TAG: "Octopods tagged the conversation {channel} when it began.",
    ReasonCode.TAG_LATE: "The conversation was tagged {channel} later than Octopods usually does.",
    ReasonCode.TAG_UNDATED: "The conversation bears the tag for {channel}; Intercom doesn't say since when.",
    ReasonCode.TAG_DESPITE_MESSENGER: (
        "The conversation bears the tag for {channel}, but the customer was in the Messenger when it began."
    ),
    ReasonCode.TAG_BY_HAND: "Somebody tagged the conversation {channel}; that isn't how Octopods tags.",
    ReasonCode.BRIDGE_FOLLOWS: "Octopods posted later messages of the customer in this conversation ({channel}).",
    ReasonCode.FIRST_UNKNOWN: (
        "The first message has no web page: it was typed in a mobile Messenger or posted by Octopods. "
        "Nothing tells which."
    ),
    ReasonCode.MESSENGER_SIGHTING: "The customer was in the Messenger when the conversation began.",
    ReasonCode.NOT_BY_CUSTOMER: "The conversation was begun by a bot or a campaign.",
    ReasonCode.NO_BRIDGE_TAG: "Octopods tags all its conversations here, and this one has no such tag.",
    ReasonCode.NO_BRIDGE: "Nothing in this workspace shows that Octopods is used.",
    ReasonCode.TYPED_IN_MESSENGER: "No app made it, so it was typed in the Messenger.",
    ReasonCode.CODE_NOT_REPORTED: "Intercom's answer doesn't say whether an app made it.",
    ReasonCode.NOTHING_KNOWN: "Nothing in Intercom's answer says where it came from.",
    ReasonCode.NATIVE_CONVERSATION: "Intercom says the conversation is on its own {channel}.",
    ReasonCode.BRIDGE_NOTICE: "Octopods reported a failed delivery in this conversation.",
    ReasonCode.UNKNOWN_APP: "The app {code} posted messages under the customer's name; it may be a channel.",
    ReasonCode.BRIDGE_KNOWS_CONTACT: "Octopods knows this contact, and the conversation didn't begin on a web page.",
    ReasonCode.BRIDGE_POSSIBLE: "Nothing tells whether Octopods began this conversation.",
    ReasonCode.TAGS_CONTRADICT: "Tags of two channels contradict each other.",
    ReasonCode.MAY_BE_FROM_CHANNEL: "A newer message of the customer may have come from this channel.",
    ReasonCode.OLDER_MESSAGES_MISSING: "Older messages aren't here, and one of them may have opened the window.",
    ReasonCode.REACTION: "The customer reacted to, edited or deleted a message; that may not count for the window.",
    ReasonCode.OTHER_NUMBER_POSSIBLE: "There are several business numbers, and a newer message may be to another one.",
    ReasonCode.NUMBER_CHANGED: "The customer's number was changed after their last message.",
    ReasonCode.HUMAN_AGENT_POSSIBLE: "Meta may allow a human agent to answer for seven days.",
    ReasonCode.LISTED_ONLY: "The provider lists no newer message of the customer; deleted ones aren't listed.",
    ReasonCode.NOT_VISIBLE_HERE: "Reachline doesn't see what the customer writes to this number.",
}


def sentence(reason: Reason) -> str:
    """The sentence for a reason."""
    values = {name: channel_name(v) if name == "channel" else v for name, v in reason.params}
    return _SENTENCES[reason.code].format(**values)

"""Reasons for decisions of the domain: origin, mapping, window."""

from __future__ import annotations

from desktop.domain.model.reason import ReasonCode
from desktop.text.catalog import Text

SENTENCES = {
    ReasonCode.PERSON_SAID_MESSAGE: Text("A teammate set the channel of this message to {label}."),
    ReasonCode.PERSON_SAID_CONVERSATION: Text("A teammate set the channel of this conversation to {label}."),
    ReasonCode.OWN_APP: Text("Sent in the customer's name by the app of your token. This shouldn't happen."),
    ReasonCode.OTHER_APP: Text("Posted by the app {code}, which isn't known to be Octopods."),
    ReasonCode.BRIDGE_TAGGED_MESSAGE: Text("Posted by Octopods ({code}); the message's tag says {label}."),
    ReasonCode.BRIDGE_TAGGED: Text("Posted by Octopods ({code}); the conversation's tag says {label}."),
    ReasonCode.BRIDGE_TAGGED_WEAKLY: Text(
        "Posted by Octopods ({code}); a tag that might not be from Octopods says {label}."
    ),
    ReasonCode.BRIDGE_ONLY_CHANNEL: Text(
        "Posted by Octopods ({code}); a teammate said that Octopods is used only for {label}."
    ),
    ReasonCode.BRIDGE_ATTRIBUTE_THEN: Text(
        "Posted by Octopods ({code}); the contact's attributes said {label} at that time."
    ),
    ReasonCode.BRIDGE_ATTRIBUTE_NOW: Text(
        "Posted by Octopods ({code}); only the contact's current attributes say {label}."
    ),
    ReasonCode.BRIDGE_CHANNEL_UNKNOWN: Text("Posted by Octopods ({code}); the channel isn't known."),
    ReasonCode.EMAIL_HEADERS: Text("It has email headers."),
    ReasonCode.EMAIL_CONVERSATION: Text("The conversation started by email."),
    ReasonCode.EMAIL_WITHOUT_HEADERS: Text(
        "The conversation is by email, but this message has no email headers and may have been typed in the Messenger."
    ),
    ReasonCode.NATIVE_FIRST: Text("Intercom says it started {place}, connected without Octopods."),
    ReasonCode.NATIVE: Text("Intercom says the conversation is {place}, connected without Octopods."),
    ReasonCode.NATIVE_DESPITE_MESSENGER: Text(
        "Intercom says the conversation is {place}, connected without Octopods, but the customer was in the "
        "Messenger at that moment."
    ),
    ReasonCode.NATIVE_MOVED: Text("The conversation started on “{born_on}”, and Intercom now says “{current}”."),
    ReasonCode.PHONE_CALL: Text("The conversation started as a phone call."),
    ReasonCode.WEB_PAGE: Text("Its first message was typed on a web page."),
    ReasonCode.TAG: Text("Octopods added the {label} tag when the conversation started."),
    ReasonCode.TAG_LATE: Text("The {label} tag was added later than Octopods usually adds it."),
    ReasonCode.TAG_UNDATED: Text("The conversation has the {label} tag; Intercom doesn't say since when."),
    ReasonCode.TAG_DESPITE_MESSENGER: Text(
        "The conversation has the {label} tag, but the customer was in the Messenger when it started."
    ),
    ReasonCode.TAG_BY_HAND: Text("Someone added the {label} tag to the conversation, but not the way Octopods does."),
    ReasonCode.BRIDGE_FOLLOWS: Text("Octopods posted later messages of the customer in this conversation ({label})."),
    ReasonCode.FIRST_UNKNOWN: Text(
        "The first message names no web page, so it was typed in the Messenger of a phone app or posted by "
        "Octopods. We don't know which."
    ),
    ReasonCode.MESSENGER_SIGHTING: Text("The customer was in the Messenger when the conversation started."),
    ReasonCode.NOT_BY_CUSTOMER: Text("A bot or a campaign started the conversation."),
    ReasonCode.NO_BRIDGE_TAG: Text("Octopods tags all its conversations here, and this one has no such tag."),
    ReasonCode.NO_BRIDGE: Text("Nothing in this workspace shows that Octopods is used."),
    ReasonCode.TYPED_IN_MESSENGER: Text("No app posted it, so it was typed in the Messenger."),
    ReasonCode.CODE_NOT_REPORTED: Text("Intercom doesn't say whether this was sent through an app."),
    ReasonCode.NOTHING_KNOWN: Text("Intercom doesn't say where it came from."),
    ReasonCode.NATIVE_CONVERSATION: Text("Intercom says the conversation is {place}, connected without Octopods."),
    ReasonCode.BRIDGE_NOTICE: Text("Octopods reported a problem in this conversation."),
    ReasonCode.UNKNOWN_APP: Text("The app {code} posted messages under the customer's name; it may be a channel."),
    ReasonCode.BRIDGE_KNOWS_CONTACT: Text(
        "Octopods knows this contact, and the conversation didn't start on a web page."
    ),
    ReasonCode.BRIDGE_POSSIBLE: Text("We don't know whether Octopods started this conversation."),
    ReasonCode.TAGS_CONTRADICT: Text("The conversation has tags of two channels."),
    ReasonCode.MAY_BE_FROM_CHANNEL: Text("A newer message of the customer may have come from this channel."),
    ReasonCode.OLDER_MESSAGES_MISSING: Text("Older messages aren't here, and one of them may have opened the window."),
    ReasonCode.REACTION: Text(
        "The customer reacted to, edited or deleted a message; that might not count for the window."
    ),
    ReasonCode.OTHER_NUMBER_POSSIBLE: Text(
        "You have several business numbers, and a newer message may have gone to another one."
    ),
    ReasonCode.NUMBER_CHANGED: Text("The customer's number was changed after their last message."),
    ReasonCode.HUMAN_AGENT_POSSIBLE: Text("Meta may allow replies by a person for seven days."),
    ReasonCode.LISTED_ONLY: Text("The provider lists no newer message of the customer; deleted ones aren't listed."),
    ReasonCode.NOT_VISIBLE_HERE: Text("We don't see what the customer writes to this number."),
}

"""The texts of each warning: what it adds to the forecast line, its title and its two sentences."""

from __future__ import annotations

from desktop.domain.model.warning import WarningCode

# Codes that the sentence about the place covers; every other one adds a sentence.
COVERED_BY_REACH = frozenset(
    {
        WarningCode.CLOSING_SOON,
        WarningCode.RELAY_UNPROVEN,
        WarningCode.WINDOW_CLOSED,
        WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN,
        WarningCode.WINDOW_UNKNOWN,
        WarningCode.RELAY_REFUSED,
        WarningCode.MAPPING_UNKNOWN,
        WarningCode.MAPPING_WEAK,
        WarningCode.CUSTOMER_IS_ELSEWHERE,
        WarningCode.CONVERSATION_MOVED,
        WarningCode.CHANNEL_REFUSED_LATELY,
        WarningCode.REACH_UNKNOWN,
    }
)

# Added after the sentence about the place. Placeholders: see `forecast._fields`.
ADDED_SENTENCES = {
    WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL: "{name}'s newest message is not in that {channel} chat: quote it.",
    WarningCode.CONTENT_MAY_NOT_RELAY: "{channel} may get only the text and files.",
    WarningCode.TEXT_TOO_LONG: "Too long for {channel}: {length} of {limit} characters.",
    WarningCode.ATTACHMENT_REFUSED: "{file_refusal}",
    WarningCode.NEWER_CUSTOMER_MESSAGE: "{name} has written since you began.",
    WarningCode.TEAMMATE_ANSWERED: "{teammate} has answered since you began.",
    WarningCode.EARLIER_REPLY_UNCONFIRMED: "Whether your earlier reply arrived is not known yet.",
    WarningCode.QUEUED_OFFLINE: "You are offline: it waits here and is judged again before it goes.",
    WarningCode.SIGNED_OUT: "Signed out of Intercom: nothing can be sent.",
    WarningCode.SAME_TEXT_JUST_SENT: "The same text went out {reply_ago}.",
    WarningCode.SAME_TEMPLATE_JUST_SENT: "This template last went to {name} {template_ago}.",
    WarningCode.UNRESOLVED_PLACEHOLDER: "Fill in {placeholder} before sending.",
    WarningCode.EMPTY_TEXT: "Nothing to send: there are only invisible characters.",
    WarningCode.MESSENGER_ASSUMED: "Probably a Messenger conversation, not certain.",
    WarningCode.CHANNEL_BUSY_LATELY: "{channel} was too busy a moment ago, so this may take longer.",
    WarningCode.EMAIL_MAY_NOT_ARRIVE: "Email to {name} bounced or was marked as spam, so this may not arrive.",
    WarningCode.IDENTITY_BY_PHONE_ONLY: "Matched by phone number. Octopods assumes this is {name}.",
}

# Title; what will happen; why. Placeholders: see `forecast._fields`.
WARNINGS = {
    WarningCode.CLOSING_SOON: (
        "{channel} closes soon",
        "In {left} replies stop arriving {place}.",
        "{channel} lets us answer for 24 hours after {name}'s newest {channel} message, which came {opened_ago}.",
    ),
    WarningCode.RELAY_UNPROVEN: (
        "Not proven to reach {channel}",
        "This should arrive {place}, but it may stay in the Messenger.",
        "Nobody has seen yet that the bridge forwards replies made here.",
    ),
    WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL: (
        "{name}'s newest message is not on {channel}",
        "Your answer will stand in the {channel} chat without the message it answers.",
        "{name} wrote it {here_from}; quote it so that the answer can be understood.",
    ),
    WarningCode.WINDOW_CLOSED: (
        "{not_arrive} {place}",
        "{will_see}",
        "{window_reason}",
    ),
    WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN: (
        "The newest message did not reopen {channel}",
        "The {channel} window stays closed although {name} wrote {here_ago}.",
        "That message came {here_from}, and only messages sent {place} count.",
    ),
    WarningCode.WINDOW_UNKNOWN: (
        "Not certain to arrive {place}",
        "{may_see}",
        "{doubt}",
    ),
    WarningCode.RELAY_REFUSED: (
        "{not_arrive} {place}",
        "{will_see}",
        "The bridge does not forward replies made here to {channel}.",
    ),
    WarningCode.MAPPING_UNKNOWN: (
        "Not known where this arrives",
        "{name} will see this in the Messenger, and perhaps nowhere else.",
        "{mapping_reason}",
    ),
    WarningCode.MAPPING_WEAK: (
        "Not certain to arrive {place}",
        "This may stay in the Messenger.",
        "{mapping_reason}",
    ),
    WarningCode.CONVERSATION_MOVED: (
        "This conversation moved",
        "{name} may not see this {place}.",
        "Intercom shows this conversation {moved_place} now.",
    ),
    WarningCode.MESSENGER_ASSUMED: (
        "Probably a Messenger conversation",
        "{name} should see this in the Messenger.",
        "{assumption}",
    ),
    WarningCode.CHANNEL_REFUSED_LATELY: (
        "{refused_title}",
        "{refused_outcome}",
        "{refusal}",
    ),
    WarningCode.CHANNEL_BUSY_LATELY: (
        "{channel} was busy",
        "This may take longer to arrive {place}.",
        "A message was delayed in the last minutes.",
    ),
    WarningCode.EMAIL_MAY_NOT_ARRIVE: (
        "Email may not arrive",
        "{name} may not see this.",
        "An earlier email to this address bounced or was marked as spam.",
    ),
    WarningCode.REACH_UNKNOWN: (
        "Not known where this arrives",
        "{name} may not see this.",
        "{reach_reason}",
    ),
    WarningCode.IDENTITY_BY_PHONE_ONLY: (
        "Matched by phone number",
        "Somebody else may read this if the number changed hands.",
        "Octopods assumes this is {name}.",
    ),
    WarningCode.EMPTY_TEXT: (
        "Nothing to send",
        "There are only invisible characters.",
        "Write a message or attach a file.",
    ),
    WarningCode.CUSTOMER_IS_ELSEWHERE: (
        "{name} is {elsewhere} now",
        "{will_see}",
        "{name}'s newest message came {elsewhere_from} {elsewhere_ago}, in another conversation.",
    ),
    WarningCode.CONTENT_MAY_NOT_RELAY: (
        "Part of this may not reach {channel}",
        "{name} may get the text without the rest.",
        "Bridges are known to forward text and files, nothing else.",
    ),
    WarningCode.TEXT_TOO_LONG: (
        "Too long for {channel}",
        "This may be cut or not arrive {place} at all.",
        "{channel} takes {limit} characters, and this has {length}.",
    ),
    WarningCode.ATTACHMENT_REFUSED: (
        "File not taken by {channel}",
        "{name} may not get the file {place}.",
        "{file_refusal}",
    ),
    WarningCode.NEWER_CUSTOMER_MESSAGE: (
        "{name} has written since you began",
        "Your reply will stand below a message you may not have read.",
        "It came {here_ago}, after you began to write.",
    ),
    WarningCode.TEAMMATE_ANSWERED: (
        "{teammate} has answered meanwhile",
        "{name} may get two answers.",
        "{teammate} replied here {reply_ago}, after you began to write.",
    ),
    WarningCode.EARLIER_REPLY_UNCONFIRMED: (
        "An earlier reply is not confirmed",
        "{name} may read this one without the one before.",
        "We do not know whether your earlier reply here arrived.",
    ),
    WarningCode.QUEUED_OFFLINE: (
        "You are offline",
        "This waits here until you are online again, and is judged once more before it goes.",
        "Intercom cannot be reached at the moment.",
    ),
    WarningCode.SIGNED_OUT: (
        "Signed out",
        "Nothing can be sent; your draft is kept.",
        "Intercom does not accept our token any more: sign in again.",
    ),
    WarningCode.SAME_TEXT_JUST_SENT: (
        "The same text was just sent",
        "{name} will read it twice.",
        "Your team sent the very same words here {reply_ago}.",
    ),
    WarningCode.SAME_TEMPLATE_JUST_SENT: (
        "The same template was just sent",
        "{name} will get it again.",
        "It last went to {name} {template_ago}.",
    ),
    WarningCode.UNRESOLVED_PLACEHOLDER: (
        "Something is not filled in",
        "{name} would read {placeholder} as it stands.",
        "A macro left it open; fill it in or take it out.",
    ),
}

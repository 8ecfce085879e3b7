"""Codes for why a command was not carried out, or what it did. In comments: their parameters."""

from __future__ import annotations

from enum import StrEnum


class CommandReason(StrEnum):
    """Reasons of commands that no layer below gives."""

    CLOSING = "closing"
    COMMAND_BROKE = "command_broke"
    NOT_CONNECTED_YET = "not_connected_yet"
    FACT_GONE = "fact_gone"
    NO_PATTERN = "no_pattern"  # {pattern, detail}
    CONTACT_GONE = "contact_gone"
    SAME_CONTACT = "same_contact"
    NO_COUNTRY = "no_country"  # {region}
    NO_VIEW_NAME = "no_view_name"
    SNIPPET_INCOMPLETE = "snippet_incomplete"
    TOO_FEW_DAYS = "too_few_days"
    TOO_LITTLE_ROOM = "too_little_room"  # {megabytes}
    UNSETTLED_REPLY = "unsettled_reply"

    # Changes of conversations.
    CHANGE_NEEDS_CONNECTION = "change_needs_connection"
    CHANGE_UNCONFIRMED = "change_unconfirmed"
    CHANGED_SINCE = "changed_since"
    TAG_GONE = "tag_gone"  # {tag}
    NO_TAG_NAME = "no_tag_name"
    ACTIONS_WAIT = "actions_wait"
    ACTIONS_OUTDATED = "actions_outdated"

    # Changes of contacts.
    CONTACT_UNCONFIRMED = "contact_unconfirmed"
    VALUE_NOT_TAKEN = "value_not_taken"
    NO_NOTE_TEXT = "no_note_text"
    NO_COMPANY_NAME = "no_company_name"
    NO_SUCH_COMPANY = "no_such_company"  # {company}
    ONLY_LEAD_INTO_USER = "only_lead_into_user"

    # Replies.
    REPLY_GONE = "reply_gone"
    CONVERSATION_GONE = "conversation_gone"
    PLACEHOLDER_LEFT = "placeholder_left"  # {placeholder}
    NOTHING_TO_SEND = "nothing_to_send"
    NOT_UNCONFIRMED = "not_unconfirmed"
    NOT_CANCELLABLE = "not_cancellable"
    NOT_EDITABLE = "not_editable"
    NOT_SENDABLE_AGAIN = "not_sendable_again"
    TEMPLATE_NOT_EDITABLE = "template_not_editable"
    DRAFT_IN_THE_WAY = "draft_in_the_way"
    NOT_SCHEDULABLE = "not_schedulable"
    TIME_IS_PAST = "time_is_past"
    TRYING_NOW = "trying_now"
    SENT_WHEN_ONLINE = "sent_when_online"
    SENT_AFTER_EARLIER = "sent_after_earlier"

    # Reactions. {channel} is a `ChannelKind`.
    MESSAGE_GONE = "message_gone"
    REACTION_NO_ACCOUNT = "reaction_no_account"
    REACTION_ID_UNKNOWN = "reaction_id_unknown"  # {channel}
    REACTION_NOT_TAKEN = "reaction_not_taken"  # {channel}
    REACTION_WINDOW_CLOSED = "reaction_window_closed"  # {channel}
    REACTION_WINDOW_UNKNOWN = "reaction_window_unknown"  # {channel}
    REACTION_REFUSED_LATELY = "reaction_refused_lately"  # {channel}
    REACTION_UNCONFIRMED = "reaction_unconfirmed"  # {provider}

    # New conversations.
    NEW_NEEDS_CONNECTION = "new_needs_connection"
    CONTACT_PENDING = "contact_pending"  # {minutes}
    RECIPIENT_UNCONFIRMED = "recipient_unconfirmed"
    NO_RECIPIENT = "no_recipient"
    NEW_NOT_EDITABLE = "new_not_editable"

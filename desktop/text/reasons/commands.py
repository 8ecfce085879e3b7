"""Reasons why something that was asked for was not done, and what was done."""

from __future__ import annotations

from desktop.domain.identity.contact_data import FieldProblem
from desktop.domain.model.command_reason import CommandReason
from desktop.text.catalog import Text

SENTENCES = {
    CommandReason.CLOSING: Text("Reachline is closing."),
    CommandReason.COMMAND_BROKE: Text("Something went wrong, and nothing was changed. Details are in the log."),
    CommandReason.NOT_CONNECTED_YET: Text("Reachline hasn't connected to Intercom yet. Try again in a moment."),
    CommandReason.FACT_GONE: Text("This problem is no longer listed, so nothing was changed."),
    # Translators: {detail} says what is wrong, in English, such as "missing ) at position 4".
    CommandReason.NO_PATTERN: Text("“{pattern}” isn't a valid pattern: {detail}."),
    CommandReason.CONTACT_GONE: Text("One of these customers no longer exists, so nothing was changed."),
    CommandReason.SAME_CONTACT: Text("These are already one customer."),
    CommandReason.NO_COUNTRY: Text("“{region}” isn't a country code. Enter one such as IE or US."),
    CommandReason.NO_VIEW_NAME: Text("Enter a name for the view."),
    CommandReason.SNIPPET_INCOMPLETE: Text("A saved reply needs a name and a text."),
    CommandReason.TOO_FEW_DAYS: Text("Keep messages for at least one day."),
    CommandReason.TOO_LITTLE_ROOM: Text("Files need at least {megabytes} MB."),
    CommandReason.UNSETTLED_REPLY: Text(
        "Replies to this customer are still waiting or need your decision. Send or cancel them first."
    ),
    CommandReason.CHANGE_NEEDS_CONNECTION: Text(
        "You're offline, so nothing was changed. Try again when Intercom can be reached."
    ),
    CommandReason.CHANGE_UNCONFIRMED: Text(
        "Intercom didn't respond, so this change may or may not have been made. Check the conversation before you try "
        "again."
    ),
    # Translators: shown after Undo.
    CommandReason.CHANGED_SINCE: Text("The conversation has been changed again since then."),
    CommandReason.TAG_GONE: Text("Intercom no longer has the tag “{tag}”."),
    CommandReason.NO_TAG_NAME: Text("Enter a name for the tag."),
    # Translators: a saved reply can also close, tag or assign the conversation once it is sent.
    CommandReason.ACTIONS_WAIT: Text(
        "What the saved reply does after sending isn't done yet. We'll try again when Intercom can be reached."
    ),
    CommandReason.ACTIONS_OUTDATED: Text(
        "What the saved reply does after sending wasn't done, because the conversation has changed since your reply."
    ),
    CommandReason.CONTACT_UNCONFIRMED: Text(
        "Intercom didn't respond, so this may or may not have been saved. Check the customer's details before you try "
        "again."
    ),
    CommandReason.VALUE_NOT_TAKEN: Text("Intercom kept the earlier value, so nothing was changed."),
    CommandReason.NO_NOTE_TEXT: Text("Write something first."),
    CommandReason.NO_COMPANY_NAME: Text("Enter the name of a company."),
    CommandReason.NO_SUCH_COMPANY: Text("Intercom has no company called “{company}”."),
    # Translators: Intercom's kinds of contact.
    CommandReason.ONLY_LEAD_INTO_USER: Text("Intercom merges only a lead into a user."),
    FieldProblem.FIELD_NO_PHONE: Text("Enter a phone number with its country code, such as +353 87 123 4567."),
    FieldProblem.FIELD_NO_EMAIL: Text("Enter an email address, such as name@example.com."),
    FieldProblem.FIELD_NO_INTEGER: Text("Enter a whole number."),
    FieldProblem.FIELD_NO_DECIMAL: Text("Enter a number."),
    FieldProblem.FIELD_NO_BOOLEAN: Text("Choose yes or no."),
    FieldProblem.FIELD_NO_DATE: Text("Enter a date."),
    FieldProblem.FIELD_NO_OPTION: Text("Choose one of the values of the list."),
    FieldProblem.FIELD_TOO_LONG: Text("This is too long."),
    FieldProblem.FIELD_READ_ONLY: Text("Intercom doesn't let apps change this."),
    CommandReason.REPLY_GONE: Text("This reply no longer exists."),
    CommandReason.CONVERSATION_GONE: Text("This conversation is no longer in Intercom."),
    # Translators: {placeholder} is for example {{first_name}}.
    CommandReason.PLACEHOLDER_LEFT: Text("Fill in {placeholder} before you send this."),
    CommandReason.MESSAGE_GONE: Text("This message no longer exists."),
    CommandReason.REACTION_NO_ACCOUNT: Text(
        "You can react to WhatsApp and Telegram messages when an account of that channel is connected in Settings."
    ),
    # Translators: {channel}: WhatsApp or Telegram.
    CommandReason.REACTION_ID_UNKNOWN: Text(
        "It isn't known here which message this is on {channel}, so you can't react to it."
    ),
    CommandReason.REACTION_NOT_TAKEN: Text("{channel} doesn't take this reaction."),
    CommandReason.REACTION_WINDOW_CLOSED: Text(
        "{channel}'s 24-hour window is closed, so the reaction wasn't sent. Send a template instead."
    ),
    CommandReason.REACTION_WINDOW_UNKNOWN: Text(
        "It isn't known whether {channel}'s 24-hour window is open, so the reaction wasn't sent."
    ),
    CommandReason.REACTION_REFUSED_LATELY: Text(
        "{channel} refused messages to this customer lately, so the reaction wasn't sent."
    ),
    # Translators: {provider}: a company such as 360dialog.
    CommandReason.REACTION_UNCONFIRMED: Text(
        "{provider} didn't respond, so the reaction may or may not have been sent."
    ),
    CommandReason.NOTHING_TO_SEND: Text("This text has no visible characters. Write something to send."),
    CommandReason.NOT_UNCONFIRMED: Text("This reply no longer needs to be confirmed."),
    CommandReason.NOT_CANCELLABLE: Text("This reply is already being sent, so it can't be cancelled."),
    CommandReason.NOT_EDITABLE: Text("This reply is already being sent, so it can't be edited."),
    CommandReason.NOT_SENDABLE_AGAIN: Text("This reply can't be sent again."),
    CommandReason.TEMPLATE_NOT_EDITABLE: Text(
        "A template can't be edited here. Cancel this message and choose the template again."
    ),
    CommandReason.DRAFT_IN_THE_WAY: Text(
        "This conversation has another draft. Send or clear it, then edit this reply."
    ),
    CommandReason.NOT_SCHEDULABLE: Text("This reply can't be scheduled any more."),
    CommandReason.TIME_IS_PAST: Text("This time has passed. Choose a time in the future."),
    CommandReason.TRYING_NOW: Text("Trying again now."),
    CommandReason.SENT_WHEN_ONLINE: Text("Intercom can't be reached. This reply is sent as soon as it can be."),
    CommandReason.SENT_AFTER_EARLIER: Text("An earlier reply in this conversation is sent first."),
    CommandReason.NEW_NEEDS_CONNECTION: Text(
        "You're offline. Start the conversation when Intercom can be reached: we have to look for the contact first."
    ),
    CommandReason.CONTACT_PENDING: Text(
        "Intercom may be creating this contact already. To avoid a duplicate, try again in {minutes} min."
    ),
    CommandReason.RECIPIENT_UNCONFIRMED: Text(
        "Intercom didn't respond, so we don't know whether the contact was created. Nothing was sent. "
        "Try again in 15 min, or look for the contact in Intercom."
    ),
    CommandReason.NO_RECIPIENT: Text("Choose who gets this message."),
    CommandReason.NEW_NOT_EDITABLE: Text("This message can't be edited here. Cancel it and start again."),
}

"""Reasons why a reply waits, is held or unconfirmed."""

from __future__ import annotations

from desktop.domain.model.outgoing import OutboxReason
from desktop.text.catalog import Text

# Translators: {provider} is Intercom or a company such as Twilio.
SENTENCES = {
    OutboxReason.INTERRUPTED: Text("Reachline closed while sending this. It may have been sent."),
    OutboxReason.ANSWER_LOST: Text("{provider} didn't respond, so this may have been sent. Checking…"),
    OutboxReason.REPLY_NOT_FOUND: Text(
        "{provider} didn't confirm this and doesn't show it, but it may have been sent. "
        "Check the conversation before you send it again."
    ),
    OutboxReason.PROVIDER_NOT_REACHED: Text(
        "We don't know whether this was sent, because {provider} can't be reached. We'll check again when it can be."
    ),
    OutboxReason.PROVIDER_CANNOT_TELL: Text(
        "We don't know whether this was sent, and {provider} can't tell. Ask the customer before you send it again."
    ),
    OutboxReason.CONFIRMED_BY_TEAMMATE: Text("{provider} didn't respond, but a teammate confirmed that this arrived."),
    OutboxReason.FORECAST_WORSE: Text("Something changed after you pressed Send, so this wasn't sent."),
    OutboxReason.BEHIND_EARLIER: Text("Waiting for an earlier reply in this conversation."),
    OutboxReason.SENDING_BROKE: Text("Something went wrong while sending this. Details are in the log."),
    # Translators: {at}: a date and a time.
    OutboxReason.MISSED_TIME: Text(
        "This was due on {at}, while Reachline was closed or this computer was asleep. Check it, then send it."
    ),
    OutboxReason.DELAYED: Text("This was due on {at}, but couldn't be sent then. Check it, then send it."),
    OutboxReason.CLOSED_SINCE: Text(
        "Somebody closed this conversation after you scheduled this. Check whether it's still needed."
    ),
    OutboxReason.ACCOUNT_NOT_CONNECTED: Text(
        "The channel account for this message ({provider}) isn't connected. Connect it again, or cancel this message."
    ),
    OutboxReason.SEVERAL_FILES: Text("A message sent directly can have only one file. Remove the others."),
    OutboxReason.TEMPLATE_GONE: Text("This template is no longer in the channel account's list. Choose another one."),
    OutboxReason.CONTACT_NOT_READY: Text("Intercom has just created this contact and isn't ready for it yet."),
    OutboxReason.CONVERSATION_NOT_FOUND: Text(
        "Intercom didn't confirm this, and the conversation isn't there, but the message may have been sent. "
        "Look for it in Intercom before you send it again."
    ),
    OutboxReason.TEMPLATE_CHANGED: Text(
        "This template changed after you filled it in. Cancel this message and choose the template again."
    ),
}

"""States of a reply that no provider has confirmed yet, why it waits, and what the agent can do about it."""

from __future__ import annotations

from desktop.text.catalog import Text

# Translators: headlines. {place}: "on WhatsApp".
SENDING = Text("Sending…")
SENDING_ON = Text("Sending {place}…")
# Translators: how much of a reply with files has left. {percent}: "45%".
UPLOADING = Text("Sending… {percent}")
ACCEPTED = Text("Accepted by {provider}")
CANCELLED = Text("Cancelled")
WAITING = Text("Waiting to be sent")
WAITING_FOR_EARLIER = Text("Waiting for your earlier reply")
WAITING_SIGNED_OUT = Text("Waiting: you're signed out of Intercom")
WAITING_OFFLINE = Text("Waiting: you're offline")
NOT_SENT = Text("Not sent")
NOT_SENT_YET = Text("Not sent yet")
NOT_SENT_CHANGED = Text("Not sent: something changed")
# Translators: {problem}: a title such as "WhatsApp closed 2 h ago".
NOT_SENT_BECAUSE = Text("Not sent: {problem}")
READY = Text("Ready to send now")
NOT_CONFIRMED = Text("Not confirmed")
NOT_CONFIRMED_ON = Text("{channel}: not confirmed")

# Translators: below the headlines. {time}: "14:02".
DECIDE_ON_EARLIER = Text(
    "Decide what to do with your earlier reply first. Replies are sent in the order you wrote them."
)
IN_ORDER = Text("Replies are sent in the order you wrote them.")
AFTER_SIGN_IN = Text("Waiting since {time}. After you sign in, we'll check it again, then send it or ask you.")
WHEN_ONLINE = Text("Waiting since {time}. When you're back, we'll check it again, then send it or ask you.")
TRIES_AGAIN = Text("We'll try again automatically.")
CHANGED_AFTER_SEND = Text("Something changed after you pressed Send.")
REFUSED_WITHOUT_REASON = Text("{provider} refused it and gave no reason.")
MAY_HAVE_ARRIVED = Text("{channel} may have accepted it. Check the chat before you send it again.")

# Translators: buttons in the bubble.
EDIT = Text("Edit")
CANCEL_REPLY = Text("Cancel reply")
CANCEL_NOTE = Text("Cancel note")
ARRIVED = Text("Mark as arrived")
# Translators: buttons on a reply that did not arrive.
SEND_AS_TEMPLATE = Text("Send as template…")
SEND_DIRECTLY = Text("Send directly…")
SEND_AGAIN = Text("Send again")
SEND_NOW = Text("Send now")
TRY_AGAIN = Text("Try again")

# Translators: question before a reply is sent a second time. {name}: the customer. {place}: "on WhatsApp".
RESEND_TITLE = Text("Send it again?")
RESEND = Text(
    "The first one may have arrived, and {name} may get it twice. "
    "If you aren't sure, check the conversation in Intercom first."
)
RESEND_ON = Text(
    "The first one may have arrived, and {name} may get it twice. If you aren't sure, check the chat {place} first."
)

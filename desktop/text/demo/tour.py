"""The tour of the sample workspace: what it says of itself, and its captions."""

from __future__ import annotations

from desktop.text.catalog import Text

NO_DISPLAY = Text("There's no display here, so the demo plays its tour and saves the pictures in {folder}.")
NO_FONT = Text(
    "There's no font here, so the pictures would show no text. Install one. On Debian or Ubuntu, run: "
    "sudo apt install fonts-dejavu-core"
)
# Translators: {reason}: by the system, such as "Permission denied".
TOUR_NOT_SAVED = Text("The tour can't be saved in {folder}: {reason}.")
# Translators: {problem}: what was waited for, for developers, in English.
TOUR_STOPPED = Text("The tour stopped: {problem}")
TOUR_DONE = Text("The tour has {count} steps. Pictures and {file} are in {folder}.")
NOT_AS_FORECAST = Text("Step {step} didn't go as predicted: {mismatch}")
DID_NOT_ARRIVE = Text("the reply to {customer} should have arrived {place}, but didn't.")
ARRIVED = Text("the reply to {customer} arrived {place}, but shouldn't have.")

# --- captions of the tour ---------------------------------------------------------------------------------------------

WINDOW_OPEN = Text("The WhatsApp window is open")
ON_BOTH_SCREENS = Text("The reply is on both of the customer's screens")
MESSENGER_WHILE_OPEN = Text("The customer wrote in the Messenger, and the window is still open")
DIRECT = Text("Sent directly: WhatsApp only, and a note for the team")
NOT_IN_MESSENGER = Text("It's on WhatsApp, not in the Messenger")
TWO_PARTS = Text("A text message (SMS) sent directly: two parts, counted while typing")
ONE_MESSAGE = Text("Both parts are one message on the phone")
BLOCKED = Text("{name} has blocked the bot: the reply isn't sent, and the reason is shown")
ELSEWHERE = Text("{name} is elsewhere: the newest message is on WhatsApp")
OFFERS_CONVERSATION = Text("The warning offers the conversation with the newest message")
SENT_WHERE_CUSTOMER_IS = Text("Sent where {name} is")
TELEGRAM = Text("Telegram has no time limit")
SMS = Text("Text messages (SMS) have no time limit either")
WINDOW_CLOSED = Text("The window has closed; the Messenger reply didn't reopen it")
CHART = Text("Why: the last 48 hours, channel by channel")
WARNING = Text("The warning comes before the reply is sent, and Enter doesn't send")
MESSENGER_ONLY = Text("Sent to the Messenger only: WhatsApp doesn't show it")
NOTICE = Text("Octopods' problem report is shown on the reply it's about")
TEMPLATE_PICKER = Text("The template picker offers the text that wouldn't have arrived")
TEMPLATE_FILLED = Text("Filled in, as the customer will see it")
TEMPLATE_SENT = Text("The template is on WhatsApp; the window stays closed")
OPEN_AGAIN = Text("The customer wrote on WhatsApp again: a new window, on both screens")
DARK = Text("The new window, in the dark theme")

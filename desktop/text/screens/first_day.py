"""The checklist of what is left to set up, and the hints of the first day."""

from __future__ import annotations

from desktop.text.catalog import Text

CHECKLIST = Text("Get set up")
PROGRESS = Text("{done} of {count} done")
# Translators: for screen readers. {progress}: such as "1 of 4 done".
CHECKLIST_AND_PROGRESS = Text("Get set up, {progress}")
SHOW_STEPS = Text("Show what is left to set up")
HIDE_STEPS = Text("Hide what is left to set up")
DISMISS = Text("Dismiss")
DISMISS_ABOUT = Text("Dismiss this checklist. You can show it again in Settings > First steps.")
DONE = Text("Done")
# Translators: for screen readers. {step}: such as "Connect a channel account".
STEP_DONE = Text("{step}, done")
STEP_OPEN = Text("{step}, not done")
ALL_DONE = Text("You're all set up.")

OCTOPODS = Text("Say which channels Octopods carries")
OCTOPODS_ABOUT = Text("So each message shows the channel it came from.")
ANSWER = Text("Answer…")
DELIVERY_TEST = Text("Test delivery to your own phone")
# Translators: {channels} is one channel or several, such as "WhatsApp, SMS".
DELIVERY_TEST_ABOUT = Text("So you know whether replies you write here arrive. Not tested yet: {channels}.")
DELIVERY_TEST_DONE = Text("You know whether replies you write here arrive.")
TEST = Text("Test…")
ACCOUNT = Text("Connect a channel account")
ACCOUNT_ABOUT = Text("So you can send templates when WhatsApp is closed, and see what was delivered.")
CONNECT = Text("Connect…")
NOTIFICATION = Text("Try a notification")
NOTIFICATION_ABOUT = Text("So you don't miss new messages and windows that are about to close.")
TRY = Text("Try…")

# Hints.

HINT = Text("Hint: {hint}")
GOT_IT = Text("Got it")
HINT_VIEWS = Text("Closing soon lists the customers you should answer first: their time is nearly up.")
# Translators: {keys}: such as "Ctrl+K".
HINT_PALETTE = Text("Press {keys} to find any command or customer.")
HINT_FORECAST = Text("This line says where your reply will arrive, before you send it.")
HINT_COUNTDOWN = Text("This counts down the 24-hour window. Click it to see the last 48 hours.")
HINT_NOT_SHOWN = Text(
    "A hatched edge marks a message from the Messenger that isn't shown in the customer's chat, such as WhatsApp."
)

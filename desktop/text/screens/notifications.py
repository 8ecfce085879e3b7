"""Notifications on the desktop, the tray icon, and the settings of both."""

from __future__ import annotations

from desktop.text.catalog import Plural, Text

# --- notifications ----------------------------------------------------------------------------------------------------

# Translators: in place of the customer's words, where these stay hidden or there are none.
NEW_MESSAGE = Text("New message")
# Translators: {span}: such as "30 min". {name}: the customer.
WINDOW_TITLE = Text("{span} left to reply to {name}")
WINDOW_BODY = Text("{channel} closes at {time}. {name} is waiting for a reply.")
HELD_TITLE = Text("Your reply to {name} is waiting for you")
HELD_BODY = Text("Something changed after you pressed Send. Check where your reply arrives, then send it.")
HELD_SCHEDULED_BODY = Text("It wasn't sent at the scheduled time. Open the conversation to see why.")
REFUSED_TITLE = Text("Your reply to {name} wasn't sent")
REFUSED_BODY = Text("Open the conversation to see why.")
UNCONFIRMED_TITLE = Text("Your reply to {name} may not have arrived")
UNCONFIRMED_BODY = Text("We don't know whether it was sent. Check the conversation before you send it again.")
NOT_DELIVERED_TITLE = Text("A reply to {name} didn't arrive")
NOT_DELIVERED_BODY = Text("Open the conversation to see why, and what you can do.")
MENTION_TITLE = Text("{author} mentioned you")
# Translators: {name}: the customer, {text}: the note.
MENTION_BODY = Text("About {name}: {text}")
MENTION_ABOUT = Text("In a note about {name}")
SNOOZE_TITLE = Text("Snooze ended: {name}")
SNOOZE_BODY = Text("The conversation is open again.")

SUMMARY_TITLE = Text("New in your inbox")
SUMMARY_MESSAGES = Plural("{count} customer wrote.", "{count} customers wrote.")
SUMMARY_WINDOWS = Plural(
    "{count} customer is waiting, and the window closes soon.",
    "{count} customers are waiting, and their windows close soon.",
)
SUMMARY_REPLIES = Plural("{count} reply needs your attention.", "{count} replies need your attention.")
SUMMARY_MENTIONS = Plural("You were mentioned in {count} conversation.", "You were mentioned in {count} conversations.")
SUMMARY_SNOOZES = Plural("{count} snooze ended.", "{count} snoozes ended.")

REPLY = Text("Reply")
SNOOZE = Text("Snooze 1 h")
OPEN = Text("Open")
SNOOZED = Text("Snoozed for 1 h: {name}")
# Translators: {reason}: a whole sentence.
NOT_SNOOZED = Text("The conversation with {name} wasn't snoozed. {reason}")

TEST_TITLE = Text("This is a test")
TEST_BODY = Text("Notifications work. Reachline shows them like this.")

# --- the tray icon ----------------------------------------------------------------------------------------------------

TRAY_TOOLTIP = Text("Reachline")
TRAY_UNREAD = Plural(
    "Reachline: unread messages from {count} customer", "Reachline: unread messages from {count} customers"
)
OPEN_REACHLINE = Text("Open Reachline")
PAUSE_HOUR = Text("Do not disturb for 1 h")
PAUSE_MORNING = Text("Do not disturb until tomorrow")
# Translators: {time}: until when it is on otherwise.
RESUME = Text("Turn off Do not disturb (on until {time})")
SETTINGS = Text("Notification settings…")
QUIT = Text("Quit Reachline")

# --- closing the window -----------------------------------------------------------------------------------------------

KEEP_TITLE = Text("Keep Reachline running?")
KEEP_TEXT = Text(
    "When you close this window, Reachline can stay in the system tray: it keeps sending waiting replies and "
    "tells you about messages and about channels that close soon. You can change this in Settings, under "
    "Notifications."
)
KEEP_TEXT_WITHOUT_TRAY = Text(
    "When you close this window, Reachline can keep running: it keeps sending waiting replies and tells you "
    "about messages and about channels that close soon. To see the window again, start Reachline. You can "
    "change this in Settings, under Notifications."
)
KEEP_RUNNING = Text("Keep running")
QUIT_INSTEAD = Text("Quit")

# --- links ------------------------------------------------------------------------------------------------------------

LINK_UNKNOWN = Text("This link leads to a conversation or customer that isn't on this computer.")

# --- settings ---------------------------------------------------------------------------------------------------------

NOTIFICATIONS = Text("Notifications")
ABOUT = Text("Reachline tells you on the desktop what can't wait, even when its window is closed.")
# Translators: check boxes follow.
WHOSE = Text("Notify me about these conversations:")
MINE = Text("Assigned to me")
TEAM = Text("Assigned to my team")
UNASSIGNED = Text("Unassigned")
WHAT = Text("Notify me about these events:")
MESSAGES = Text("A customer writes")
WHILE_IN_FRONT = Text("Also while I'm working in Reachline")
WINDOWS = Text("A waiting customer's window closes soon (2 h, 30 min and 10 min before)")
REPLIES = Text("My reply isn't sent or doesn't arrive")
MENTIONS = Text("A teammate mentions me in a note")
SNOOZES = Text("A snooze ends")
SHOWS_TEXT = Text("Show the text of messages and notes in notifications")
SOUND = Text("Play a sound")
QUIET_HOURS = Text("Quiet hours")
# Translators: from a time of day, before two fields with times.
QUIET_FROM = Text("From")
QUIET_UNTIL = Text("Until")
QUIET_ABOUT = Text("During quiet hours nothing is shown and no sound is played. Lists and counts keep updating.")
KEEPS_RUNNING = Text("Keep running when the window is closed")
START_AT_LOGIN = Text("Start Reachline when I sign in to this computer")
LOGIN_NOT_CHANGED = Text("This couldn't be changed. {reason}")
NOT_IN_SAMPLE = Text("The sample workspace shows no notifications. To try them, connect your own workspace.")
SHOW_TEST = Text("Show a test notification")
TEST_SHOWN = Text("The test notification was sent. If you don't see it, check your system's notification settings.")
TEST_IN_TRAY = Text("This system shows no notifications for Reachline, so the test was shown at the tray icon.")
TEST_NOT_SHOWN = Text(
    "This system shows no notifications. You'll only hear the sound, and see a number on Reachline's icon."
)
NOT_AVAILABLE_TRAY = Text("This system shows no notifications for Reachline, so they appear at the tray icon.")
NOT_AVAILABLE = Text(
    "This system shows no notifications and has no tray. "
    "You'll only hear the sound, and see a number on Reachline's icon."
)
NO_TRAY = Text("This system has no tray for icons. To see the window again after you close it, start Reachline.")
SYSTEM_QUIET = Text("“Do not disturb” is on in your system, so nothing is shown at the moment.")
PAUSED = Text("Do not disturb is on until {time}.")
RESUMED = Text("Do not disturb is off.")

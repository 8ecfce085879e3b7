"""Parts that many screens share: questions, status lines, progress, and the line about the connection."""

from __future__ import annotations

from desktop.text.catalog import Text

CANCEL = Text("Cancel")
# Translators: for screen readers: the button in a field that empties it.
CLEAR = Text("Clear the field")
# Translators: for screen readers: a button and what it is about.
BUTTON_ABOUT = Text("{button}: {sentence}")

# Translators: stand for an icon in front of a sentence, for screen readers.
SUCCESS = Text("OK")
ERROR = Text("Error")
UNKNOWN = Text("Not known yet")
INFO = Text("Info", "information, for screen readers")
WARNING = Text("Warning")
# Translators: {kind}: such as "Error" or "Warning".
STATUS = Text("{kind}: {sentence}")

# Translators: buttons beside a password field.
SHOW = Text("Show")
HIDE = Text("Hide")
SHOW_FIELD = Text("Show {field}")
HIDE_FIELD = Text("Hide {field}")

SLOW = Text(
    "This is taking longer than usual. The network may be slow, or the system's password store may be "
    "waiting for your permission."
)
IN_PROGRESS = Text("In progress")

# --- the connection to Intercom ---------------------------------------------------------------------------------------

CONNECTING = Text("Connecting to Intercom…")
ONLINE = Text("Connected.")
# Translators: {ago}: such as "just now" or "3 min ago".
UPDATED = Text("Up to date. Checked {ago}.")
OFFLINE = Text("Offline.")
THROTTLED = Text("Intercom is limiting requests. Updates may be slow.")
SIGNED_OUT = Text("Signed out.")
NEXT_TRY = Text("Trying again in {seconds} s.")
TRYING = Text("Trying again now.")
# Translators: {state}: whole sentences about the connection.
CONNECTION = Text("Connection: {state}")
LOADING = Text("Loading conversations: {done}")
LOADING_OF = Text("Loading conversations: {done} of {total}")
LOADING_OLDER = Text("Loading older conversations: {done}")
LOADING_OLDER_OF = Text("Loading older conversations: {done} of {total}")
LOADING_NAME = Text("Loading conversations")
TRY_NOW = Text("Try now")
TRY_NOW_NAME = Text("Connect to Intercom now")
STOP = Text("Stop")
STOP_NAME = Text("Stop loading older conversations. Each one then loads when something in it changes.")

# --- lists to choose from ---------------------------------------------------------------------------------------------

NOTHING_FOUND = Text("Nothing found.")
# Translators: read by a screen reader; what is chosen already in a list, such as the assignee.
CURRENT_CHOICE = Text("{choice}, chosen")

"""The command palette and the list of keyboard shortcuts."""

from __future__ import annotations

from desktop.text.catalog import Text

# By the names of the commands.
COMMANDS = {
    "palette": Text("Search or run a command"),
    "search": Text("Search customers and messages"),
    "next_pane": Text("Go to the next area"),
    "reply": Text("Write a reply"),
    "note": Text("Write a note"),
    "route": Text("Choose how to send: through Intercom or directly"),
    "template": Text("Send a template"),
    "ask_whatsapp": Text("Ask to continue on WhatsApp"),
    "message_channel": Text("Change channel of the selected message"),
    "close": Text("Close conversation"),
    "snooze": Text("Snooze conversation"),
    "assign": Text("Assign conversation"),
    "inbox": Text("Open in Intercom"),
    "hand_over": Text("Reply in Intercom"),
    "restore_cancelled": Text("Restore cancelled reply"),
    "merge": Text("Merge with another customer"),
    "undo": Text("Undo the last action"),
    "forget": Text("Delete this customer's data from this computer"),
    "toggle_list": Text("Show or hide customers"),
    "toggle_details": Text("Show or hide customer details"),
    "octopods": Text("Say which channels you use with Octopods"),
    "notifications": Text("Notification settings"),
    "do_not_disturb": Text("Turn Do not disturb on or off"),
    "settings": Text("Settings"),
    "shortcuts": Text("Keyboard shortcuts"),
    "quit": Text("Quit Reachline"),
}

# Keys that are no commands of the palette.
SEND = Text("Send")
INSERT_MACRO = Text("Insert a macro while writing")
MOVE_IN_LISTS = Text("Move in lists")
EDIT_WAITING = Text("Edit your waiting reply")
CANCEL_WAITING = Text("Cancel your waiting reply")
CLOSE_SHEET = Text("Close a warning and keep the draft")
# Translators: keys: the letters J and K, and the arrow keys.
LIST_KEYS = Text("J, K, arrow keys")
# Translators: two shortcuts for one command, such as "N or Ctrl+Shift+N".
EITHER_KEYS = Text("{keys} or {other_keys}")

SHORTCUTS = Text("Keyboard shortcuts")
ALL_SHORTCUTS = Text("All keyboard shortcuts")
HINT = Text("Search customers, conversations and commands…")
FIELD = Text("Search or run a command")
RESULTS = Text("Results")
# Translators: what a result of the search is.
CUSTOMER = Text("customer", "kind of a result")
CONVERSATION = Text("conversation · {channel}")
# Translators: a result with a remark, such as "Send a template · T" or "Jennifer Okafor · customer".
RESULT = Text("{title}   ·   {detail}")

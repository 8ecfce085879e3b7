"""The command palette and the list of keyboard shortcuts."""

from __future__ import annotations

from desktop.text.catalog import Text

# By the names of the commands.
COMMANDS = {
    "assign": Text("Assign conversation"),
    "tag": Text("Add or remove a tag"),
    "priority": Text("Mark as priority, or not"),
    "snooze": Text("Snooze conversation"),
    "close": Text("Close conversation"),
    "close_next": Text("Close conversation and go to the next customer"),
    "reopen": Text("Reopen conversation"),
    "mark_unread": Text("Mark as unread"),
    "mark_read": Text("Mark as read"),
    "conversation_channel": Text("Change channel of this conversation"),
    "message_channel": Text("Change channel of the selected message"),
    "react": Text("React to the selected message"),
    "translate_message": Text("Translate the selected message"),
    "translate_customer": Text("Translate this customer's messages, or stop"),
    "translate_draft": Text("Translate what I wrote"),
    "inbox": Text("Open in Intercom"),
    "merge": Text("Merge with another customer"),
    "edit_customer": Text("Edit the customer's name"),
    "customer_note": Text("Add a note about the customer"),
    "merge_intercom": Text("Merge the customer's contacts in Intercom"),
    "export": Text("Export the thread"),
    "print": Text("Print the thread"),
    "forget": Text("Delete this customer's data from this computer"),
    "undo": Text("Undo the last action"),
    "new_conversation": Text("Start a new conversation"),
    "reply": Text("Write a reply"),
    "note": Text("Write a note"),
    "send": Text("Send"),
    "send_later": Text("Send later"),
    "template": Text("Send a template"),
    "attach": Text("Attach files"),
    "saved_reply": Text("Insert a saved reply while writing"),
    "save_reply": Text("Save the text as a saved reply"),
    "emoji": Text("Insert an emoji while writing"),
    "saved_replies": Text("Manage saved replies"),
    "record": Text("Record a voice note"),
    "spelling": Text("Go to the next spelling mistake"),
    "bold": Text("Bold"),
    "italic": Text("Italic"),
    "code": Text("Code", "style of text"),
    "link": Text("Add or change a link"),
    "bullets": Text("Bulleted list"),
    "numbers": Text("Numbered list"),
    "preview": Text("Preview how the text will look"),
    "mention": Text("Mention a teammate in a note"),
    "ask_whatsapp": Text("Ask to continue on WhatsApp"),
    "route": Text("Choose how to send: through Intercom or directly"),
    "hand_over": Text("Reply in Intercom"),
    "restore_cancelled": Text("Restore cancelled reply"),
    "palette": Text("Search or run a command"),
    "search": Text("Search customers and messages"),
    "find_in_thread": Text("Find in conversation"),
    "next_customer": Text("Go to the next customer"),
    "previous_customer": Text("Go to the previous customer"),
    "next_pane": Text("Go to the next area"),
    "toggle_list": Text("Show or hide customers"),
    "toggle_details": Text("Show or hide customer details"),
    "reports": Text("Reports and customers to reach"),
    "waiting_replies": Text("Show replies that are waiting"),
    "scheduled_replies": Text("Show scheduled replies"),
    "do_not_disturb": Text("Turn Do not disturb on or off"),
    "notifications": Text("Notification settings"),
    "octopods": Text("Say which channels you use with Octopods"),
    "teammate": Text("Say who you are"),
    "workspace": Text("Switch workspace"),
    "settings": Text("Settings"),
    "menu": Text("Open the menu"),
    "quit": Text("Quit Reachline"),
    "manual": Text("Manual"),
    "shortcuts": Text("Keyboard shortcuts"),
    "set_up": Text("Get set up"),
    "report_problem": Text("Report a problem"),
    "whats_new": Text("What's new"),
    "check_updates": Text("Check for updates"),
    "about": Text("About Reachline"),
}

# Headings of the shortcuts, and names of menus. By the names of the groups.
GROUPS = {
    "CONVERSATION": Text("Conversation", "heading of commands"),
    "WRITING": Text("Writing", "heading of commands"),
    "MOVING": Text("Moving", "heading of commands"),
    "PROGRAM": Text("Program", "heading of commands"),
    "HELP": Text("Help", "heading of commands"),
}

# Keys that are no commands of the palette.
MOVE_IN_LISTS = Text("Move in lists")
OPEN_ROW_MENU = Text("Open the menu of the selected customer or message")
SELECT_SEVERAL = Text("Select several customers in the list")
EDIT_VALUE = Text("Edit a value of the customer's details")
EDIT_WAITING = Text("Edit your waiting reply")
CANCEL_WAITING = Text("Cancel your waiting reply")
CLOSE_SHEET = Text("Close a warning and keep the draft")
# Translators: keys: the letters J and K, and the arrow keys.
LIST_KEYS = Text("J, K, arrow keys")
# Translators: the key that opens a context menu.
MENU_KEY = Text("Menu key")
# Translators: two shortcuts for one command, such as "N or Ctrl+Shift+N".
EITHER_KEYS = Text("{keys} or {other_keys}")

# Why a command can't be run now.
CHOOSE_CUSTOMER_FIRST = Text("Choose a customer first.")
NO_CONVERSATION = Text("This customer has no conversation.")
ALREADY_CLOSED = Text("This conversation is closed already.")
NOT_CLOSED = Text("This conversation is open.")
ONE_WORKSPACE = Text("Only one workspace is connected.")
NOTHING_TO_SEND = Text("Write something first.")
NO_TEAMMATES = Text("This workspace has no other teammates.")
NO_REPLIES_WAITING = Text("No replies are waiting.")

SHORTCUTS = Text("Keyboard shortcuts")
ALL_SHORTCUTS = Text("All keyboard shortcuts")
SEARCH_SHORTCUTS = Text("Search shortcuts")
NO_SHORTCUT = Text("No shortcut found.")
CLOSE_SHORTCUTS = Text("Close", "close the window")
HINT = Text("Search commands, customers, conversations and settings…")
FIELD = Text("Search or run a command")
RESULTS = Text("Results")
# Translators: what a result of the search is.
CUSTOMER = Text("customer", "kind of a result")
SETTING = Text("settings", "kind of a result")
CONVERSATION = Text("conversation · {channel}")
# Translators: a result with a remark, such as "Send a template · T" or "Jennifer Okafor · customer".
RESULT = Text("{title}   ·   {detail}")

"""The main window: what its actions say when they are done, the questions they ask first, and the banners."""

from __future__ import annotations

from desktop.text.catalog import Plural, Text

# --- buttons ----------------------------------------------------------------------------------------------------------

UNDO = Text("Undo")
UNDONE = Text("Undone.")
TRY_AGAIN = Text("Try again")
# Translators: button; goes to the conversation of a reply that wasn't sent.
SHOW = Text("Show")
LIST_BUTTON = Text("Show or hide customers")
# Translators: {keys}: such as "Ctrl+Shift+I".
LIST_TOOLTIP = Text("Show or hide customers ({keys})")
DETAILS_BUTTON = Text("Show or hide customer details")
# Translators: {keys}: such as "Ctrl+D".
DETAILS_TOOLTIP = Text("Show or hide customer details ({keys})")

# --- actions on conversations -----------------------------------------------------------------------------------------

# Translators: {conversation}: its subject, or such as "Conversation from 21 November".
CLOSED = Text("{conversation} closed.")
REOPENED = Text("{conversation} reopened.")
# Translators: {until}: a time today such as "14:02", or day and time such as "21 November, 09:00".
SNOOZED = Text("{conversation} snoozed until {until}.")
# Translators: {name}: of a teammate or a team.
ASSIGNED = Text("{conversation} assigned to {name}.")
UNASSIGNED = Text("{conversation} unassigned.")
REMOVED_FROM_TEAM = Text("{conversation} removed from its team.")
# Translators: {tag}: the name of a tag.
TAGGED = Text("{conversation} tagged “{tag}”.")
UNTAGGED = Text("Tag “{tag}” removed from {conversation}.")
MADE_PRIORITY = Text("{conversation} marked as priority.")
MADE_ORDINARY = Text("{conversation} is no longer a priority.")
MARKED_UNREAD = Text("{name} marked as unread on this computer.")
MARKED_READ = Text("{name} marked as read.")
CLOSED_SEVERAL = Plural("{count} conversation closed.", "{count} conversations closed.")
REOPENED_SEVERAL = Plural("{count} conversation reopened.", "{count} conversations reopened.")
SNOOZED_SEVERAL = Plural("{count} conversation snoozed until {until}.", "{count} conversations snoozed until {until}.")
ASSIGNED_SEVERAL = Plural("{count} conversation assigned to {name}.", "{count} conversations assigned to {name}.")
UNASSIGNED_SEVERAL = Plural("{count} conversation unassigned.", "{count} conversations unassigned.")
REMOVED_SEVERAL_FROM_TEAM = Plural(
    "{count} conversation removed from its team.", "{count} conversations removed from their teams."
)
TAGGED_SEVERAL = Plural("{count} conversation tagged “{tag}”.", "{count} conversations tagged “{tag}”.")
UNTAGGED_SEVERAL = Plural(
    "Tag “{tag}” removed from {count} conversation.", "Tag “{tag}” removed from {count} conversations."
)
MADE_SEVERAL_PRIORITY = Plural("{count} conversation marked as priority.", "{count} conversations marked as priority.")
MADE_SEVERAL_ORDINARY = Plural(
    "{count} conversation is no longer a priority.", "{count} conversations are no longer a priority."
)
MARKED_SEVERAL_UNREAD = Plural(
    "{count} customer marked as unread on this computer.", "{count} customers marked as unread on this computer."
)
MARKED_SEVERAL_READ = Plural("{count} customer marked as read.", "{count} customers marked as read.")
# Translators: several conversations are being closed, assigned and so on.
CHANGING_SEVERAL = Plural("Changing {count} conversation…", "Changing {count} conversations…")
# Translators: {done}: a whole sentence such as "4 conversations closed."; {reason}: a whole sentence. {count}: of those
# that were not changed.
PARTLY_DONE = Plural("{done} {count} wasn't changed: {reason}", "{done} {count} weren't changed: {reason}")
# Translators: put the name of your language in the place of English.
LANGUAGE_CHANGED = Text("Reachline is in English now. Your drafts are still here.")
SNOOZE_UNTIL = Text("Snooze until")
IN_HOURS = Plural("In {count} hour", "In {count} hours")
TOMORROW_AT = Text("Tomorrow at {time}")
# Translators: {weekday}: such as "Monday".
WEEKDAY_AT = Text("{weekday} at {time}")
IN_A_WEEK = Text("In a week")
PICK_TIME = Text("Date and time…")
SNOOZE = Text("Snooze", "button")
TIME_IS_PAST = Text("Choose a time in the future.")
END_SNOOZE = Text("End snooze now")
ASSIGN_TO = Text("Assign to")
TEAMMATES = Text("Teammates")
TEAMS = Text("Teams")
# Translators: in the list of teammates; {name}: of the agent who uses Reachline.
ME = Text("Me ({name})")
NOBODY = Text("Nobody")
NO_TEAM = Text("No team")
ADD_OR_REMOVE_TAG = Text("Add or remove a tag")
# Translators: {tag}: what was typed.
CREATE_TAG = Text("Create tag “{tag}”")
# Translators: the first line of the menu of a customer in the list. {conversation}: its channel and subject.
MENU_IS_FOR = Text("{name} · {conversation}")

# --- footer -----------------------------------------------------------------------------------------------------------

WAITING_REPLIES = Plural("{count} reply waiting", "{count} replies waiting")
WAITING_REPLIES_TOOLTIP = Text("Replies that are waiting to be sent or for your decision. Click to see them.")
# Translators: {name}: of a customer; {text}: the beginning of a reply.
WAITING_REPLY = Text("{name}: {text}")
SETTINGS_TOOLTIP = Text("Settings ({keys})")
SETTINGS_BUTTON = Text("Settings")
HELP_BUTTON = Text("Help")
MENU_BUTTON = Text("Menu")
# Translators: {keys}: such as "F10".
MENU_TOOLTIP = Text("All commands ({keys})")
# Translators: the teammate who uses Reachline.
YOU_ARE = Text("You are {name}. Click to change.")
WHO_ARE_YOU = Text("Who are you?")
WORKSPACE_TOOLTIP = Text("Workspace: {name}. Click to switch.")
ADD_WORKSPACE = Text("Add workspace…")
MANAGE_WORKSPACES = Text("Manage workspaces and accounts…")

# --- sending ----------------------------------------------------------------------------------------------------------

FORECAST_CHANGED = Text("Not sent: something changed. Check where it arrives, then send it again.")
ADDED_TO_DRAFT = Text("Added below your draft. Nothing was sent.")
# Translators: {reason}: a whole sentence.
REPLY_NOT_SENT = Text("Your reply to {name} wasn't sent. {reason}")
TEMPLATE_NOT_SENT = Text("Your template to {name} wasn't sent. {reason}")
NEEDS_DECISION = Text("It needs your decision.")
TEXT_IN_TEMPLATE = Text("Your text was sent in the template, so the draft is now empty.")
TEXT_BESIDE_TEMPLATE = Text("Only the template was sent. Your text is still here as a draft.")
DELETE_DRAFT = Text("Delete draft")
DRAFT_DELETED = Text("Draft deleted.")
NOTES_STAY = Text("Notes stay in Intercom. Only replies can be sent directly.")
DRAFT_IN_THE_WAY = Text("Send or delete your draft first, then choose again.")
NO_DIRECT_ROUTE = Text("None of your channel accounts can reach {name}. Reply through Intercom.")
CHOOSE_MESSAGE_FIRST = Text(
    "Select a customer's message first: press F6 to go to the messages, then use the arrow keys."
)

# --- waiting replies --------------------------------------------------------------------------------------------------

SEND_AGAIN = Text("Send again")
CANCELLED = Text("Reply cancelled.")
CANCELLED_UNCONFIRMED = Text("Reply cancelled. It may have arrived anyway.")
NOTHING_CANCELLED = Text("There's no cancelled reply to restore.")
SITUATION_CHANGED = Text("Something changed")

# --- replying in Intercom ---------------------------------------------------------------------------------------------

COPIED = Text("Your text is copied. Paste it in Intercom. The draft stays here until your reply appears there.")
SEEN = Text("Your reply was sent in Intercom, so the draft was removed here.")
INBOX_UNKNOWN = Text("Intercom's inbox can't be opened yet. Wait until Reachline has connected to Intercom.")

# --- corrections ------------------------------------------------------------------------------------------------------

CHANGE_CHANNEL = Text("Change channel of this conversation")
MERGE_WITH = Text("Merge with which customer?")
MERGED = Text("{name} and {other} are now one customer.")
SOLVED = Text("Marked as solved. We no longer warn about this problem.")
CONVERSATION_CHANNEL_SET = Text("The channel of this conversation was changed to {channel}.")
CONVERSATION_CHANNEL_RESET = Text("The channel of this conversation is detected automatically again.")
MESSAGE_CHANNEL_SET = Text("The channel of this message was changed to {channel}.")
MESSAGE_CHANNEL_RESET = Text("The channel of this message is detected automatically again.")
DELETE_DATA_TITLE = Text("Delete {name}'s data from this computer?")
DELETE_DATA_TEXT = Text(
    "This deletes messages, drafts, numbers and your corrections from this computer. Intercom keeps its data, and "
    "{name} appears here again with the next new message. You can't undo this."
)
DELETE_DATA = Text("Delete data")
DATA_DELETED = Text("Data deleted from this computer.")

# --- links and files --------------------------------------------------------------------------------------------------

LINK_NOT_OPENED = Text("The link wasn't opened because it isn't a complete web address, email address or phone number.")
# Translators: {target}: the host that a link leads to, or a file's name in quotation marks.
OPEN_LINK_TITLE = Text("Open {target}?")
OPEN_FILE_TITLE = Text("Open “{file}”?")
LINK_LEADS_ELSEWHERE = Text("The message says {shown}, but this link leads to {target}.")
# Translators: {risk}: a whole sentence that says why the file may do harm.
FILE_RISK = Text("“{file}” comes from {host}. {risk} Open it only if you expected it from this customer.")
OPEN_ANYWAY = Text("Open anyway")

# --- quitting ---------------------------------------------------------------------------------------------------------

QUIT = Text("Quit")
QUIT_TITLE = Plural(
    "Quit while {count} reply is waiting to be sent?", "Quit while {count} replies are waiting to be sent?"
)
QUIT_TEXT = Plural(
    "Nothing is sent while Reachline is closed. The reply stays on this computer. Next time you start Reachline, it's "
    "checked again and sent, or you're asked.",
    "Nothing is sent while Reachline is closed. The replies stay on this computer. Next time you start Reachline, each "
    "is checked again and sent, or you're asked.",
)

QUIT_SCHEDULED_TITLE = Plural("Quit while {count} reply is scheduled?", "Quit while {count} replies are scheduled?")
QUIT_SCHEDULED_TEXT = Plural(
    "{count} reply is scheduled. It isn't sent while Reachline is closed: if its time passes meanwhile, it waits for "
    "you.",
    "{count} replies are scheduled. They aren't sent while Reachline is closed: those whose time passes meanwhile wait "
    "for you.",
)
QUIT_LOSES_TITLE = Text("Quit and lose what isn't sent?")
QUIT_KEEPS_NOTHING = Text("Without the system's password store, Reachline saves nothing on this computer.")
QUIT_LOSES_REPLIES = Plural(
    "{count} reply that is waiting to be sent will be lost.",
    "{count} replies that are waiting to be sent will be lost.",
)
QUIT_LOSES_SCHEDULED = Plural("{count} scheduled reply will be lost.", "{count} scheduled replies will be lost.")
QUIT_LOSES_DRAFTS = Plural("{count} draft will be lost.", "{count} drafts will be lost.")

# --- banners ----------------------------------------------------------------------------------------------------------

NEED_DECISION = Plural("{count} reply needs your decision.", "{count} replies need your decision.")
NEED_DECISION_AFTER_OFFLINE = Plural(
    "{count} reply you wrote while offline needs your decision.",
    "{count} replies you wrote while offline need your decision.",
)
NOT_SENT = Plural("{count} reply wasn't sent.", "{count} replies weren't sent.")
UNCONFIRMED = Plural("We don't know whether {count} reply arrived.", "We don't know whether {count} replies arrived.")
# Translators: which of the replies is on the screen.
POSITION = Text("Reply {number} of {total}")
REVIEW = Text("Review")
NEXT = Text("Next")
LATER = Text("Later")
LATER_DESCRIPTION = Text("Later: hide this until another reply needs your decision")
OCTOPODS_KNOWN = Text("Which channels do you use with Octopods? Intercom doesn't say where these messages come from.")
OCTOPODS_UNKNOWN = Text("Do you use Octopods? If so, for which channels?")
ANSWER = Text("Answer…")
ANSWER_DESCRIPTION = Text("Say which channels you use with Octopods")
DO_NOT_ASK_AGAIN = Text("Don't ask again")
ANSWER_LATER = Text("You can answer later in Settings, under Octopods")

# Translators: a message that was found by the search cannot be shown.
MESSAGE_GONE = Text("This message isn't on this computer any more.")
MESSAGE_TOO_OLD = Text("Too many messages came after this one to show it here. Open it in Intercom.")

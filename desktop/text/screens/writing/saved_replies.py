"""The list of saved replies above the composer, what they do beside their text, and the sheet that manages them."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.content.snippets import ActionKind, SnippetAction
from desktop.text.catalog import Plural, Text

SAVED_REPLIES = Text("Saved replies")
# Translators: button and its key.
INSERT = Text("Insert a saved reply (# or /)")
# Translators: the folder of saved replies that come from Intercom, where they are called macros.
INTERCOM_MACROS = Text("Intercom macros")
# Translators: a saved reply in a list, after the folder it is in.
IN_FOLDER = Text("{folder} › {name}")
PREVIEW = Text("Preview")
# Translators: below the preview of a macro: assigning, tagging and so on can be set up for it in Intercom.
MACRO_ACTIONS = Text("If this macro has actions, they run only in Intercom.")
# Translators: in the list of saved replies: the name, and the beginning of the text.
ROW = Text("{name}  –  {text}")
# Translators: at the end of the list of saved replies.
SAVE_TEXT = Text("Save this text as a saved reply…")
MANAGE = Text("Manage saved replies…")

# --- what a saved reply does beside its text --------------------------------------------------------------------------

AFTER_SENDING = Text("After sending:")
# Translators: what happens after sending, each on a button that removes it.
_ASSIGN = Text("Assign to {name}")
_UNKNOWN_TEAMMATE = Text("a teammate who is no longer there")
_UNKNOWN_TEAM = Text("a team that is no longer there")
_TAG = Text("Tag “{tag}”")
_SNOOZE_HOURS = Plural("Snooze {count} hour", "Snooze {count} hours")
_SNOOZE_DAYS = Plural("Snooze {count} day", "Snooze {count} days")
_CLOSE = Text("Close conversation")
REMOVE_ACTION = Text("Don't do this: {action}")
# Translators: {actions}: such as "Tag “refund”, Close conversation".
ACTIONS = Text("After sending: {actions}")
AND_THEN = Text("{first}, {second}")
# Translators: said when a reply was sent and what was to follow is done. {count}: of changes.
ACTIONS_DONE = Plural("{count} action of the saved reply done.", "{count} actions of the saved reply done.")

# --- the sheet --------------------------------------------------------------------------------------------------------

ABOUT = Text("Type # or / in a reply to insert one. Only you have these; macros come from Intercom.")
SEARCH = Text("Search saved replies")
NEW = Text("New saved reply")
EDIT = Text("Edit")
DELETE = Text("Delete")
IMPORT = Text("Import…")
EXPORT = Text("Export…")
CLOSE = Text("Close", "close the window")
NO_REPLIES = Text("No saved replies yet")
NO_REPLIES_ABOUT = Text("Save what you write often, with blanks that are filled in for each customer.")
EDIT_REPLY = Text("Edit saved reply")
NAME = Text("Name", "of a saved reply")
FOLDER = Text("Folder")
FOLDER_HINT = Text("Optional")
TEXT = Text("Text", "of a saved reply")
INSERT_PLACEHOLDER = Text("Insert placeholder")
PLACEHOLDERS: Mapping[str, Text] = {
    "first_name": Text("Customer's first name"),
    "name": Text("Customer's name"),
    "email": Text("Customer's email"),
    "phone": Text("Customer's phone number"),
    "company": Text("Customer's company"),
    "agent.first_name": Text("Your first name"),
    "agent.name": Text("Your name"),
    "conversation.id": Text("Conversation's ID"),
    "conversation.subject": Text("Conversation's subject"),
}
PLACEHOLDERS_ABOUT = Text(
    "Placeholders such as {placeholder} are filled in. Any attribute of the customer works too; what isn't known "
    "becomes a blank to complete."
)
ADD_ACTION = Text("Add action")
ADD_TAG = Text("Tag", "verb")
ADD_ASSIGNEE = Text("Assign to", "verb")
ADD_SNOOZE = Text("Snooze", "verb")
ADD_CLOSE = Text("Close conversation")
SAVE = Text("Save")
CANCEL = Text("Cancel")
UNDO = Text("Undo")
SAVED = Text("“{name}” saved.")
DELETED = Text("“{name}” deleted.")
# Translators: for screen readers: {done}: what was done, such as “Refund” deleted.
UNDO_THAT = Text("Undo: {done}")
UNDONE = Text("Undone.")
NAME_TAKEN = Text("There's another saved reply with this name in this folder.")
# Translators: titles of windows that ask for a file; {json} and {csv} aren't translated.
IMPORT_TITLE = Text("Import saved replies")
EXPORT_TITLE = Text("Export saved replies")
EXPORT_FILE = Text("saved replies", "name of a file")
IMPORTED = Plural("{count} saved reply imported.", "{count} saved replies imported.")
IMPORTED_RENAMED = Plural(
    "{count} of them has a new name: there's another saved reply with its name.",
    "{count} of them have new names: there are other saved replies with theirs.",
)
IMPORTED_KNOWN = Plural("{count} was here already.", "{count} were here already.")
NOT_IMPORTED = Text("Nothing was imported from {file}. {reason}")
FILE_UNREADABLE = Text("The file can't be read.")
EXPORTED = Text("Saved as {file} in {folder}.")
NOT_EXPORTED = Text("{file} couldn't be saved: {reason}.")


def describe_action(action: SnippetAction, teammates: Mapping[str, str], teams: Mapping[str, str]) -> str:
    """Return what an action does. teammates, teams: names by id."""
    match action.kind:
        case ActionKind.ASSIGN:
            return _ASSIGN(name=teammates.get(action.value) or _UNKNOWN_TEAMMATE())
        case ActionKind.ASSIGN_TEAM:
            return _ASSIGN(name=teams.get(action.value) or _UNKNOWN_TEAM())
        case ActionKind.TAG:
            return _TAG(tag=action.value)
        case ActionKind.SNOOZE:
            hours = int(action.value)
            return _SNOOZE_HOURS(hours) if hours % 24 else _SNOOZE_DAYS(hours // 24)
        case ActionKind.CLOSE:
            return _CLOSE()

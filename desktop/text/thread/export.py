"""An exported or printed thread, and the sheet that makes one."""

from __future__ import annotations

from desktop.text.catalog import Plural, Text

# --- the sheet --------------------------------------------------------------------------------------------------------

EXPORT_TITLE, PRINT_TITLE = Text("Export the thread with {name}"), Text("Print the thread with {name}")
AS_PAGE = Text("Web page (HTML)")
AS_TEXT = Text("Plain text")
WITH_NOTES = Text("Include internal notes")
WITH_FILES = Text("Save attachments beside it")
FILES_HINT = Text("Only files that are on this computer can be saved.")
CONTENTS = Text(
    "Every message that is stored on this computer, with where it came from or arrived, and the windows as they are "
    "now."
)
SAVE_AS, PRINT = Text("Save as…"), Text("Print…")
CANCEL, CLOSE = Text("Cancel"), Text("Close", "close the window")
SHOW_FOLDER = Text("Open folder")
# Translators: {done}, {total}: numbers of messages.
PROGRESS = Text("{done} of {total} messages")
WRITING = Text("Writing the file…")
PRINTING = Text("Sending it to the printer…")
# Translators: {file}: its name.
SAVED = Plural("{count} message saved as {file}.", "{count} messages saved as {file}.")
PRINTED = Plural("{count} message sent to the printer.", "{count} messages sent to the printer.")
FILES_LEFT_OUT = Plural(
    "{count} attachment isn't on this computer. Open it in Intercom.",
    "{count} attachments aren't on this computer. Open them in Intercom.",
)
NOT_SAVED = Text("{file} wasn't saved. {reason}")
NOT_PRINTED = Text("The printer didn't take it.")
NO_CUSTOMER = Text("This customer's messages are no longer on this computer.")
CANCELLED = Text("Cancelled. Nothing was saved.")
# Translators: proposed name of the file. {name}: the customer. {day}: such as 2026-11-30.
FILE_NAME = Text("{name} {day}")
# Translators: folder beside the file. {file}: the file's name without its ending.
FILES_FOLDER = Text("{file} files")

# --- what is exported -------------------------------------------------------------------------------------------------

TITLE = Text("Messages with {name}")
# Translators: {workspace}: the name of a workspace in Intercom. {time}: date and time.
EXPORTED = Text("{workspace} · exported on {time} by Reachline")
# Translators: {zone}: a time zone such as Europe/Dublin.
TIMES_IN = Text("Times are those of the time zone {zone}.")
COUNT = Plural("{count} message", "{count} messages")
NOTES_LEFT_OUT = Text("Internal notes are left out.")
NOTES_INTERNAL = Text("Internal notes are included. The customer doesn't see them.")
CONTACTS = Text("Contacts")
WINDOWS = Text("Windows at the time of the export")
NO_WINDOWS = Text("No channel with a time limit.")
MESSAGES = Text("Messages")
INTERNAL_NOTE = Text("Internal note")
# Translators: {conversation}: channel and subject.
MORE_IN_INTERCOM = Text("Earlier messages of {conversation} are in Intercom only.")
# Translators: a file of a message. {name}: its name. {details}: "Picture · 14 kB".
FILE = Text("{name} ({details})")
# Translators: {field}: "Phone". {value}: the number.
_FIELD = Text("{field}: {value}")


def field_line(field: str, value: str) -> str:
    """Return for example `Phone: +353 87 123 4567`."""
    return _FIELD(field=field, value=value)

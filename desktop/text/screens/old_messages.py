"""The window in which earlier messages are read while they are updated for a new version of the program."""

from __future__ import annotations

from desktop.text.catalog import Plural, Text

TITLE = Text("Messages (read only)")
READ_ONLY = Text("Reachline is updating your messages. Until the inbox opens, you can read them here but not reply.")
SEARCH = Text("Search customers by name")
CUSTOMERS = Text("Customers")
NO_MATCH = Text("No customers found")
MESSAGES = Text("Messages")
MESSAGES_WITH = Text("Messages with {name}")
CHOOSE = Text("Choose a customer to read their messages.")
NO_MESSAGES = Text("No messages are kept on this computer.")

# Translators: above a message. {author}: a name; {time}: date and time.
HEAD = Text("{author} · {time}")
NOTE_HEAD = Text("{author} · {time} · note")
TEAMMATE = Text("Teammate")
FILES = Plural("({count} file)", "({count} files)")

"""The sheet that starts a conversation."""

from __future__ import annotations

from desktop.text.catalog import Text

TITLE = Text("New conversation")
NEW_CONVERSATION = Text("New conversation…")
# Translators: of the button above the customer list. {keys}: "Ctrl+N".
TOOLTIP = Text("New conversation ({keys})")
# Translators: before the field with the recipient's name or number.
TO = Text("To")
TO_HINT = Text("Name, phone number or email")
RECIPIENTS = Text("Found contacts")
# Translators: {name}: a contact; {address}: their number or email.
FOUND = Text("{name} · {address}")
# Translators: a contact that Intercom has and this computer has not.
FOUND_AT_INTERCOM = Text("{name} · in Intercom")
# Translators: a row that chooses a number or an email that no contact has. {address}: as people write it abroad.
WRITE_TO = Text("Write to {address}")
SEARCHING_INTERCOM = Text("Searching Intercom…")
NOBODY_FOUND = Text("No contact found. You can also enter a whole phone number or email.")
CHANGE_RECIPIENT = Text("Change")
# Translators: {name}: who gets the message; {address}: their number or email.
CHOSEN = Text("{name} · {address}")
LOADING = Text("Looking for this contact in Intercom…")
NEW_NUMBER = Text("Not a contact in Intercom yet.")
# Translators: the name that a new contact gets in Intercom.
NAME = Text("Name")
NAME_HINT = Text("Name (optional)")

# Translators: before the choice of channel and account.
CHOOSE_CHANNEL = Text("Channel")
# Translators: {channel}: "WhatsApp"; {account}: such as "Harbour Parcels · Twilio".
CHANNEL_ACCOUNT = Text("{channel} · {account}")
THROUGH_INTERCOM = Text("{channel} · Intercom")
NO_CHANNEL = Text("{name} can't be reached yet. Connect a channel account, or add an email in Intercom.")
SUBJECT = Text("Subject")
MESSAGE = Text("Message")
MESSAGE_HINT = Text("Write a message…")
SEND = Text("Send")
SEND_TEMPLATE = Text("Send template")
SENDING = Text("Sending…")
SEND_ANYWAY = Text("Send anyway")
GO_THERE = Text("Go there")
CHOOSE_RECIPIENT_FIRST = Text("Choose who gets this message.")
WRITE_FIRST = Text("Write a message first.")
SUBJECT_FIRST = Text("Enter a subject first.")
CHOOSE_TEMPLATE = Text("Choose a template.")
# Translators: for screen readers: whom the search has found.
FOUND_COUNT = Text("{count} found")
NOT_STARTED = Text("The conversation with {name} wasn't started: {reason}")
SHOW = Text("Show")
NEEDS_DECISION = Text("It needs your decision.")

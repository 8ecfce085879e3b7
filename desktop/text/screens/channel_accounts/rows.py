"""Channel accounts: the connected ones, and the form that adds one."""

from __future__ import annotations

from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import Text

ADD_ACCOUNT = Text("Add channel account")
REMOVE_MENU = Text("Remove…")
REMOVE = Text("Remove")
REMOVE_NAME = Text("Remove {name}")
CANCEL = Text("Cancel")
CANCEL_REMOVING = Text("Cancel: keep {name}")
CONFIRM_REMOVING = Text("Yes, remove {name}")
REMOVE_QUESTION = Text("Remove this channel account? Its token is deleted from this computer. You can't undo this.")
REMOVING = Text("Removing {name}…")
REMOVED = Text("{name} was removed.")
CONNECTED = Text("{name} is connected.")
SHARED_WITH_OCTOPODS = Text("Shared with Octopods.")

# The form.

# Translators: the label of a field that may stay empty.
OPTIONAL = Text("{label} (optional)")
REQUIRED = Text("Enter a value.")
SAME_NUMBER = Text("This number is connected to Octopods")
ONE_CONVERSATION = Text("Customers then see your Intercom replies and your direct messages in one conversation.")
SHARED = {
    ChannelKind.WHATSAPP: (
        SAME_NUMBER,
        Text("Your Intercom conversations and this number then share one 24-hour window."),
    ),
    ChannelKind.SMS: (SAME_NUMBER, ONE_CONVERSATION),
    ChannelKind.TELEGRAM: (Text("This bot is connected to Octopods"), ONE_CONVERSATION),
}
"""For each channel: a check box, and what it means."""
SHARED_ACCOUNT = (Text("This channel account is connected to Octopods"), ONE_CONVERSATION)
CHECK = Text("Check")
# Translators: {provider} is the name of a company, such as Twilio.
CHECK_WITH = Text("Check with {provider}")
CHECKING = Text("Checking with {provider}…")
ADD = Text("Add")
ADD_NAME = Text("Add {name}")
ADDING = Text("Adding channel account…")
BACK = Text("Back to channel accounts")
# Translators: the check succeeded. {account} is for example "Telegram · @shop_bot".
ANSWERS = Text("{account} is working.")
ANSWERS_AS = Text("{account} is working. Its name is {name}.")

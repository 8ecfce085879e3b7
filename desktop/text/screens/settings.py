"""The settings, page by page, and the delivery test."""

from __future__ import annotations

from desktop.domain.model.outgoing import State
from desktop.domain.model.workspace import Relay
from desktop.text.catalog import Plural, Text

SETTINGS = Text("Settings")
SECTIONS = Text("Settings sections")
SAVE = Text("Save")
SAVED = Text("Saved.")
CLOSE = Text("Close", "close the window")
CANCEL = Text("Cancel")
CHOICES = Text("Choices")

# Profile.

# Translators: the section where an agent says which teammate they are.
PROFILE = Text("Profile")
PROFILE_ABOUT = Text("Choose who you are. Your replies and notes are sent under this name.")
TEAMMATES = Text("Teammates")
# Translators: in the list of teammates.
TEAMMATE_YOU = Text("{name} (you)")
USE_TOKEN_OWNER = Text("Use the token's owner")
REPLY_AS = Text("Saved. Your replies are now sent as {name}.")
REPLY_AS_OWNER = Text("Saved. Your replies are now sent as the token's owner.")

# Octopods.

OCTOPODS = Text("Octopods")
OCTOPODS_ABOUT = Text("Helps to tell where messages come from when Intercom doesn't say.")
WHICH_CHANNELS = Text("Which channels do you use with Octopods?")
# Translators: a choice; check boxes with channels follow.
USED_FOR = Text("For these channels:")
NOT_USED = Text("Octopods isn't used")
NOT_SURE = Text("Not sure")
# Translators: check boxes with names of teammates follow.
WHO_TAGS = Text("Teammates whose names Octopods uses to add tags:")
WHO_TAGS_ABOUT = Text("If you select teammates, only their tags count. If you aren't sure, select nobody.")
# Translators: stands for a teammate whose name isn't known. {id} is a number.
TEAMMATE_ID = Text("Teammate {id}")

# Customer texts.

CUSTOMER_TEXTS = Text("Customer texts")
CUSTOMER_TEXTS_ABOUT = Text(
    "What customers write in the Messenger doesn't reach their WhatsApp chat and doesn't extend the 24-hour window. "
    "These texts ask them to continue on WhatsApp."
)
CUSTOMER_LANGUAGE = Text("Language of the texts")
WHATSAPP_NUMBER = Text("Your WhatsApp number")
WHATSAPP_NUMBER_HINT = Text("With its country code, such as +353 1 234 5678. The texts link to it.")
NOT_A_WHATSAPP_NUMBER = Text("Start with + and the country code.")
ASKING_TEXT = Text("Message that asks a customer")
# Translators: {name} and {link} are placeholders that stay as they are.
ASKING_TEXT_ABOUT = Text(
    "You add it to a reply with Ask to continue on WhatsApp. We use the customer's language where Intercom knows it. "
    "{name} becomes the first name and {link} the link; without a number, the line with the link is left out."
)
# Translators: above the text as the customer will read it.
PREVIEW_OF_TEXT = Text("Preview")
# Translators: a first name, as a sample.
SAMPLE_NAME = Text("Jennifer")
WELCOME_TEXT = Text("Welcome message")
WELCOME_TEXT_ABOUT = Text("Apps can't set it: paste it as the welcome message in Intercom's settings of the Messenger.")
NOTICE_TEXT = Text("Special notice")
NOTICE_TEXT_ABOUT = Text("In the same place, paste it as the special notice, which stands in every conversation.")
COPY = Text("Copy")
# Translators: {text}: "Welcome message".
COPY_TEXT = Text("Copy: {text}")
COPIED_TEXT = Text("Copied: {text}")
MARK_TEXTS_SET = Text("I've set these texts")
MARK_TEXTS_SET_ABOUT = Text(
    "When you have pasted them, say so: the reports then compare how many customers answer in the Messenger before and "
    "after."
)
TEXTS_SET_ON = Text("Set on {day}.")
TEXTS_NOT_SET = Text("I've removed them")

# Delivery tests.

DELIVERY_TESTS = Text("Delivery tests")
DELIVERY_TESTS_ABOUT = Text(
    "Find out whether Octopods forwards the replies you write here. Test each channel once with your own phone."
)
TEST = Text("Test…")
# Translators: {place} is "on WhatsApp".
TEST_CHANNEL = Text("Test delivery {place} with your own phone")
RESET = Text("Reset")
RESET_CHANNEL = Text("Reset the test result: {channel}")
RESET_DONE = Text("The test result was reset. Delivery {place} counts as not tested.")

# App codes.

APP_CODES = Text("Octopods' code")
APP_CODES_ABOUT = Text(
    "Intercom marks every message that an app posts with the app's code. Select the code of Octopods. If "
    "you select none, we use the code that we see most often."
)
NO_CODES = Text("No codes seen yet. They appear here once tagged conversations are loaded.")
# Translators: {code} is an app code such as "octopods-vv1".
CODE_SEEN = Plural("{code} · {count} message", "{code} · {count} messages")
CODE_NOT_SEEN = Text("{code} · not seen yet")
NOT_OCTOPODS = Text("Not Octopods")
CODE_NOT_OCTOPODS = Text("{code} isn't Octopods")
DETECT = Text("Detect automatically")
DETECT_DONE = Text("Saved. We'll use the code that we see most often.")

# Failure messages.

FAILURE_MESSAGES = Text("Failure messages")
FAILURE_MESSAGES_ABOUT = Text(
    "If a message from Octopods matches one of these patterns, your reply counts as not delivered. Write "
    "one pattern per line: plain text, or a regular expression. Upper and lower case don't matter."
)
PATTERNS = Text("Patterns, one per line")
# Translators: {problem} is an error of the regular expression, in English.
INVALID_LINE = Text("Line {line}: {problem}.")
RESTORE_DEFAULTS = Text("Restore defaults")
DEFAULTS_RESTORED = Text("Defaults restored.")

# Phone numbers.

PHONE_NUMBERS = Text("Phone numbers")
PHONE_NUMBERS_ABOUT = Text(
    "Phone numbers without a country code are treated as numbers in this country. Customers with the same "
    "number are shown as one customer."
)
COUNTRY = Text("Country or region")
# Translators: a choice in place of a country: numbers without a country code are not compared. Keep it short.
NO_COUNTRY = Text("None: don't compare them")
# Translators: {code} is the two-letter code of the country.
COUNTRY_AND_CODE = Text("{country} ({code})")

# Privacy.

PRIVACY = Text("Privacy")
PRIVACY_ABOUT = Text(
    "Older messages and files are deleted from this computer; Intercom keeps them. Drafts and waiting replies stay."
)
KEEP_MESSAGES = Text("Keep messages for")
FILES = Text("Pictures and other files")
# Translators: {size}: of all files together, such as "48.2 MB".
FILES_HERE = Plural(
    "{count} file of a message, {size}, is on this computer.",
    "{count} files of messages, {size}, are on this computer.",
)
NO_FILES_HERE = Text("No files of messages are on this computer.")
FILES_NOT_KEPT = Text("Files of messages aren't kept on this computer.")
FILES_ABOUT = Text(
    "If there's no more room, the files you haven't looked at for longest are deleted. Intercom keeps all files: "
    "they're loaded again when you look at them."
)
FILES_LIMIT = Text("Use at most")
KEEP_FILES = Text("Keep files for")
AS_LONG_AS_MESSAGES = Text("As long as messages")
DELETE_FILES = Text("Delete files from this computer")
FILES_DELETED = Text("The files are deleted. Copies that you saved, or opened in another program, stay.")

# Writing.

WRITING = Text("Writing")
SEND_REPLY_WITH = Text("Send a reply with:")
# Translators: {keys} sends, {new_line} starts a new line: such as "Ctrl+Enter" and "Enter".
SEND_WITH = Text("{keys} ({new_line} starts a new line)")

# First steps.

FIRST_STEPS = Text("First steps")
FIRST_STEPS_ABOUT = Text(
    "The checklist shows what is left to set up. Hints explain the screen while you work, each of them once."
)
SHOW_CHECKLIST = Text("Show checklist")
SHOW_HINTS_AGAIN = Text("Show hints again")
HINTS_RESET = Text("You'll see the hints again while you work.")

# Appearance.

APPEARANCE = Text("Appearance")
THEME = Text("Theme")
SCHEMES = {
    "system": Text("System", "theme"),
    "light": Text("Light", "theme"),
    "dark": Text("Dark", "theme"),
    "contrast_light": Text("High contrast, light"),
    "contrast_dark": Text("High contrast, dark"),
}
TEXT_SIZE = Text("Text size")
# Translators: of the whole program; the choices follow, each language by its own name.
LANGUAGE = Text("Language")
SYSTEM_LANGUAGE = Text("Same as the system")
# Translators: how much room each customer of the list takes; the choices follow.
DENSITY = Text("Density")
ROW_HEIGHTS = {False: Text("Comfortable", "rows of a list"), True: Text("Compact", "rows of a list")}
# Translators: a check box.
REDUCE_MOTION = Text("Reduce motion")
REDUCE_MOTION_ABOUT = Text("Animated pictures move only after a click, and progress bars without an end stand still.")
CLOSING_SOON = Text("Closing soon", "setting")
CLOSING_SOON_ABOUT = Text("“Closing soon” lists waiting customers whose window closes within this time.")
CLOSING_WITHIN = Text("Less than {span} left")

# Accounts.

ACCOUNTS = Text("Accounts")
SAMPLE_ACCOUNTS = Text("Sample accounts can't be changed. To connect your own, quit the demo and start Reachline.")
# Translators: {store}: such as "Windows Credential Manager".
TOKENS_IN_KEYRING = Text("Tokens are stored in the system's password store ({store}), never in a file.")
CHANNEL_ACCOUNTS = Text("Channel accounts")
INTERCOM_WORKSPACE = Text("Intercom · {name}")
INTERCOM_NOT_REACHED = Text("Intercom · not connected yet")
CHECK_NOW = Text("Check now")
CHECK_ALL = Text("Check all accounts now")
ADD_WORKSPACE = Text("Add workspace…")
IN_USE = Text("Current workspace")
SWITCH = Text("Switch")
SWITCH_TO = Text("Switch to {name}")
# Translators: asks before a workspace is removed.
REMOVE_WORKSPACE = Text(
    "Remove this workspace? Its token and everything stored for it on this computer, drafts and scheduled replies "
    "included, are deleted. You can't undo this. Your conversations stay in Intercom."
)
REMOVE_WORKSPACE_AND_ACCOUNTS = Plural(
    "Remove this workspace? Its token, its {count} channel account, and everything stored for it on this computer, "
    "drafts and scheduled replies included, are deleted. You can't undo this. Your conversations stay in Intercom.",
    "Remove this workspace? Its token, its {count} channel accounts, and everything stored for it on this computer, "
    "drafts and scheduled replies included, are deleted. You can't undo this. Your conversations stay in Intercom.",
)
OPENING = Text("Opening {name}…")
REMOVING = Text("Removing {name}…")
CHECKING = Text("Checking accounts…")
NOT_OPEN = Text("Not connected right now.")
NOT_USED_YET = Text("Not used since Reachline started.")
# Translators: {time} is a date with a time.
LAST_USED = Text("Connected. Last used: {time}.")

# Team.

# Translators: the computers of a team of agents, which tell each other what they learn.
TEAM = Text("Team", "settings page")
TEAM_ABOUT = Text("In a team, new messages arrive sooner, and you see when a teammate is writing.")
SAMPLE_TEAM = Text("The sample workspace has no team. To join your own, quit the demo and start Reachline.")
NO_TEAM = Text("This computer isn't in a team.")
TEAM_CONNECTED = Text("Connected to your team.")
TEAM_CONNECTING = Text("Connecting to your team…")
TEAM_NOT_CONNECTED = Text("Not connected to your team, so we ask Intercom ourselves.")
TEAM_NOT_OPENED = Text(
    "The invitation to your team couldn't be used. Restart Reachline, or paste the invitation again."
)
# Translators: {desk}: a name that the admin gave, such as "anna".
NAME_IN_TEAM = Text("This computer's name in the team: {desk}")
COMPUTERS_CONNECTED = Plural("{count} computer is connected.", "{count} computers are connected.")
# Translators: {ago}: such as "just now" or "3 min ago".
TEAM_HEARD = Text("Last heard from the team's server: {ago}.")
TEAM_NOT_HEARD = Text("Not heard from the team's server yet.")
INVITATION = Text("Invitation")
# Translators: “reachline-team:” isn't translated.
INVITATION_HINT = Text("Paste the line that your admin gave you. It starts with “reachline-team:”.")
# Translators: {store}: such as "Windows Credential Manager".
INVITATION_IN_KEYRING = Text("Like a password, the invitation is kept in the system's password store ({store}).")
INVITATION_IN_MEMORY = Text(
    "Without the system's password store, the invitation is kept only until you quit Reachline. Keep the line: you "
    "paste it again the next time."
)
JOIN_TEAM = Text("Join team")
JOINING = Text("Joining the team…")
LEAVE_TEAM = Text("Leave team…")
# Translators: asks before the agent leaves the team.
LEAVE_TEAM_QUESTION = Text(
    "Leave the team? The invitation is deleted from this computer. To come back, you need a new one from your admin. "
    "Your messages and drafts stay."
)
CONFIRM_LEAVING = Text("Leave team")
CANCEL_LEAVING = Text("Stay in the team")
LEAVING = Text("Leaving the team…")
TRY_TEAM_NOW = Text("Connect to your team now")

# The delivery test.

CHOOSE_CHANNEL = Text("Test delivery")
CHOOSE_CHANNEL_ABOUT = Text(
    "Write to your business from your own phone. We'll send one test reply, and you say whether it "
    "arrived on the phone. Which channel do you want to test?"
)
# Translators: {place} is "on WhatsApp".
WRITE_FIRST = Text("Write to your business {place} from your own phone")
WRITE_FIRST_ABOUT = Text(
    "Send any message to your business {place} and wait until you appear in the list below. Then select yourself. "
    "The test reply is sent to the person you select, so make sure it's you."
)
# Translators: {span} is "10 min".
NOBODY_WROTE = Text("Nobody wrote {place} in the last {span}.")
# Translators: the newest message of a customer. {ago} is "2 min ago".
CUSTOMER_WROTE = Text("{name} · {ago} · {text}")
SEND_TEST = Text("Send the test reply?")
# Translators: {name} is who gets the test reply, {text} the reply.
TEST_MESSAGE = Text("To: {name}\n“{text}”")
# Translators: sent to the phone of the agent who tests.
TEST_REPLY = Text("This is a test from our support team. If you can read it on your phone, our replies reach you.")
SEND_REPLY = Text("Send test reply")
CHOOSE_AGAIN = Text("Choose someone else")
NOT_SENT_YET = Text("The test reply isn't sent yet")
WAITING = {
    State.QUEUED: Text("It's waiting until Intercom can be reached."),
    State.SENDING: Text("It's being sent to Intercom."),
    State.HELD: Text("It's waiting for you. Close this window; the conversation shows why."),
    State.REFUSED: Text("Intercom refused it. Close this window; the conversation shows why."),
    State.UNCONFIRMED: Text("We don't know yet whether Intercom accepted it."),
    State.CANCELLED: Text("It was cancelled."),
}
DID_IT_ARRIVE = Text("Did it arrive {place} on your phone?")
DID_IT_ARRIVE_ABOUT = Text("Intercom accepted the test reply. Wait a minute for Octopods, then check your phone.")
IT_ARRIVED = Text("Yes, it arrived")
IT_DID_NOT_ARRIVE = Text("No, it didn't")
NOT_SENT = Text("The test reply wasn't sent")
CANNOT_TEST = Text("The test isn't possible right now")
THANK_YOU = Text("Thank you")
CONCLUSIONS = {
    Relay.PROVEN: Text("Your test reply arrived. From now on, we expect your replies to arrive {place}."),
    Relay.REFUSED: Text(
        "Your test reply didn't arrive {place}. From now on, we'll warn you before you send a reply, and "
        "offer to reply in Intercom instead."
    ),
}
NOTHING_CHANGED = Text("Nothing was changed")
NOTHING_CHANGED_ABOUT = Text("Delivery {place} still counts as not tested. You can repeat the test at any time.")
NOT_SAVED = Text("The result couldn't be saved")

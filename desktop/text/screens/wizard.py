"""The wizard that connects a workspace, step by step."""

from __future__ import annotations

from desktop.text.catalog import Text

WELCOME_TITLE = Text("Welcome to Reachline")
CONNECT_TITLE = Text("Connect Intercom · Reachline")
BACK = Text("Back", "previous step")
NEXT = Text("Next", "next step")
# Translators: for screen readers. {name} is the name of the step.
STEP = Text("Step {number} of {count}: {name}")
STEP_DONE = Text("Step {number} of {count}: {name}, done")
STEP_CURRENT = Text("Step {number} of {count}: {name}, current step")

# Welcome.

WELCOME = Text("Welcome")
WELCOME_HEADING = Text("Know before you send")
WELCOME_ABOUT = Text(
    "Reachline works alongside Intercom. It shows one conversation history per customer and where each message came "
    "from, and warns you before you send a reply that WhatsApp won't deliver."
)
CONNECT_INTERCOM = Text("Connect Intercom")
CONNECT_INTERCOM_ABOUT = Text("You need an access token. The next page has a text that asks your admin for one.")
SAMPLE = Text("Look around with sample data")
SAMPLE_ABOUT = Text("A made-up shop with customers who write back. Nothing leaves this computer.")
CHANGE_LATER = Text("You can change everything later in Settings.")

# Asking the admin for a token.

REQUEST = Text("Ask your admin")
REQUEST_HEADING = Text("Ask your admin for a token")
REQUEST_ABOUT = Text(
    "Reachline needs an access token of your Intercom workspace, which only an admin can create. Send this text to an "
    "admin. You can close Reachline until you have the token."
)
REQUEST_TEXT = Text("Text for your admin")
COPY_REQUEST = Text("Copy text")
REQUEST_COPIED = Text("Copied. Paste it into an email or chat.")
EMAIL_REQUEST = Text("Send by email…")
HAVE_TOKEN = Text("I have a token")
GET_TOKEN = Text("Are you an admin?")
GET_TOKEN_STEPS = Text("Create the token yourself: the text above says how.")
OPEN_HUB = Text("Open Developer Hub")
OPENS_IN_BROWSER = Text("Opens in your browser")
ADMIN_REQUEST_SUBJECT = Text("Access token for Reachline")
# Translators: an agent sends this to the admin of their workspace. {url} is a link. {permissions} is a list, one on
# each line; Intercom shows their names in English only. "New app" and "Configure > Authentication" are in English too.
ADMIN_REQUEST = Text(
    "Hi! I'd like to use Reachline, a desktop app for our Intercom conversations. It shows which channel each message "
    "came from and where my replies arrive. It needs an access token for our workspace, which takes an admin about "
    "five minutes to create:\n"
    "\n"
    "1. Open Intercom's Developer Hub: {url}\n"
    "2. Select New app, name it Reachline, and choose our workspace.\n"
    "3. Go to Configure > Authentication and allow these permissions:\n"
    "{permissions}\n"
    "4. Copy the access token on the same page and share it with me in our password manager. Please don't send it by "
    "email or chat: whoever has it can read and answer our conversations.\n"
    "\n"
    "Thank you!"
)

# The token.

INTERCOM = Text("Access token")
INTERCOM_HEADING = Text("Paste your access token")
INTERCOM_ABOUT = Text(
    "With it, Reachline reads your conversations and sends your replies. It's checked as soon as you paste it."
)
ACCESS_TOKEN = Text("Access token")
CHECK = Text("Check")
CHECK_TOKEN = Text("Check the token with Intercom")
PASTE_TOKEN = Text("Paste the access token first.")
CONNECT = Text("Connect")
CONNECTING = Text("Connecting to {name}…")
CHECKING_TOKEN = Text("Checking the token with Intercom…")
# Translators: {store}: such as "Windows Credential Manager".
TOKEN_IN_KEYRING = Text("The token is stored in the system's password store ({store}), never in a file.")
TOKEN_IN_MEMORY = Text("Without the system's password store, the token is kept only until you quit Reachline.")
TOKEN_OWNER = Text("This token belongs to {name}.")
# Translators: a workspace and its hosting region, such as "Shop · Europe".
WORKSPACE_AND_REGION = Text("{name} · {region}")
YOUR_WORKSPACE = Text("Your workspace")
UNKNOWN_REGION = Text("unknown region")
# Translators: {name} is Intercom's name of a permission.
SHOWS_LATER = Text("{name}: can't be checked in advance")

MISSING_PERMISSION = Text("You can go on. Or ask the admin to allow what is missing, then check the token again.")

# Who the agent is.

PROFILE = Text("Your name")
PROFILE_HEADING = Text("Who are you?")
PROFILE_ABOUT = Text("Your replies and notes are sent under this name, and “Mine” lists what is assigned to you.")
CHOOSE_NAME = Text("This token belongs to {name}. If you're someone else, choose your name.")
TEAMMATES = Text("Teammates")
# Translators: in the list of teammates.
TEAMMATE_OWNER = Text("{name} (owns the token)")
SEARCH = Text("Search by name")
SEARCH_TEAMMATES = Text("Search teammates by name")
NOBODY_FOUND = Text("No teammates found.")

# Ready.

READY = Text("Ready")
READY_HEADING = Text("You're ready to reply")
READY_ABOUT = Text("A short checklist in the inbox helps you set up the rest, whenever you have time.")
OPEN_INBOX = Text("Open inbox")
# Translators: {workspace} is for example "Shop · Europe".
CONNECTED_WORKSPACE = Text("Intercom: {workspace}")
WRITING_AS = Text("You write as {name}")
STILL_READING = Text("Your conversations are still being loaded")
STILL_READING_ABOUT = Text("This continues while you work.")
NOTHING_STORED = Text("Nothing is stored on this computer")
NOTHING_STORED_ABOUT = Text("Without the system's password store, Reachline asks for your tokens each time it starts.")

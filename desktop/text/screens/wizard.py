"""The wizard that connects a workspace, step by step."""

from __future__ import annotations

from desktop.text.catalog import Text

WELCOME_TITLE = Text("Welcome to Reachline")
CONNECT_TITLE = Text("Connect Intercom · Reachline")
BACK = Text("Back", "previous step")
NEXT = Text("Next", "next step")
SKIP = Text("Skip")
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
CONNECT_INTERCOM_ABOUT = Text("You need an access token. If you aren't an admin, the next page helps you ask for one.")
SAMPLE = Text("Look around with sample data")
SAMPLE_ABOUT = Text("A made-up shop with customers who write back. Nothing leaves this computer.")
CHANGE_LATER = Text("You can change everything later in Settings.")

# Intercom.

INTERCOM = Text("Intercom")
INTERCOM_HEADING = Text("Connect your Intercom workspace")
INTERCOM_ABOUT = Text(
    "Reachline uses an access token of your workspace to read your conversations and send your replies."
)
GET_TOKEN = Text("Get a token yourself")
GET_TOKEN_STEPS = Text(
    "1. Open Intercom's Developer Hub and select your app, or create one.\n"
    "2. Go to Configure > Authentication and copy the access token."
)
OPEN_HUB = Text("Open Developer Hub")
OPENS_IN_BROWSER = Text("Opens in your browser")
ASK_ADMIN = Text("Ask an admin for a token")
ASK_ADMIN_ABOUT = Text(
    "If you can't open the Developer Hub, send a ready-made text to an admin. Come back when you have the token."
)
COPY_REQUEST = Text("Copy text for your admin")
REQUEST_COPIED = Text("Copied. Paste it into an email or chat.")
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

# Profile.

PROFILE = Text("Profile")
PROFILE_HEADING = Text("Who are you?")
PROFILE_ABOUT = Text("Your replies and notes are sent under this name, and “Mine” lists what is assigned to you.")
CHOOSE_NAME = Text("This token belongs to {name}. If you're someone else, choose your name.")
TEAMMATES = Text("Teammates")
# Translators: in the list of teammates.
TEAMMATE_OWNER = Text("{name} (owns the token)")
SEARCH = Text("Search by name")
SEARCH_TEAMMATES = Text("Search teammates by name")
NOBODY_FOUND = Text("No teammates found.")

# Octopods.

OCTOPODS = Text("Octopods")
OCTOPODS_HEADING = Text("Recognise messages from Octopods")
NO_CODES_YET = Text("Nothing found yet. You can go on: we'll keep looking while your conversations are loaded.")
# Translators: {codes} is one app code or several, such as "octopods-vv1, octopods-2".
CODES_FOUND = Text("Found in your conversations: {codes}")

# Channels.

CHANNELS = Text("Channels")
CHANNELS_HEADING = Text("Connect channel accounts")
CHANNELS_ABOUT = Text(
    "With a channel account, you can send templates when a window is closed, and see what was delivered. "
    "You can skip this step and add accounts later in Settings."
)

# Delivery test.

DELIVERY_TEST = Text("Delivery test")
DELIVERY_TEST_HEADING = Text("Do your replies arrive?")
DELIVERY_TEST_ABOUT = Text(
    "Find out whether Octopods forwards the replies you write here: write to your business from your own "
    "phone, let us send one test reply, and say whether it arrived."
)
TEST_NOW = Text("Test now")
TEST_NOW_ABOUT = Text("Opens the inbox and starts the test. Have your phone ready.")
TEST_LATER = Text("Test later")
TEST_LATER_ABOUT = Text("You can start the test at any time in Settings > Delivery tests.")
TEST_IS_SAFE = Text("The test reply goes to your own phone. No customer gets a message.")

# Ready.

READY = Text("Ready")
READY_HEADING = Text("You're all set")
OPEN_INBOX = Text("Open inbox")
# Translators: {workspace} is for example "Shop · Europe".
CONNECTED_WORKSPACE = Text("Intercom: {workspace}")
WRITING_AS = Text("You write as {name}")
OCTOPODS_CODES = Text("Octopods is recognised by {codes}")
CONNECTED_ACCOUNT = Text("Connected: {account}")
NO_OCTOPODS_CODES = Text("Octopods isn't recognised yet")
NO_OCTOPODS_CODES_ABOUT = Text("We'll find out while your conversations are loaded.")
# Translators: {channels} is one channel or several, such as "WhatsApp, SMS".
NOT_TESTED = Text("Delivery isn't tested yet: {channels}")
NOT_TESTED_ABOUT = Text("Test it in Settings > Delivery tests.")
NO_ACCOUNT = Text("No channel account is connected")
NO_ACCOUNT_ABOUT = Text("To send templates, add one in Settings > Accounts.")
STILL_READING = Text("Your conversations are still being loaded")
STILL_READING_ABOUT = Text("This continues while you work.")
NOTHING_STORED = Text("Nothing is stored on this computer")
NOTHING_STORED_ABOUT = Text("Without the system's password store, Reachline asks for your tokens each time it starts.")

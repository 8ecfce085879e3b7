"""The windows of the sample workspace: its title, and the window that shows the customer's screens."""

from __future__ import annotations

from desktop.text.catalog import Text

SAMPLE_TITLE = Text("Reachline · sample workspace")
# Translators: {code}: an HTTP status such as 404; {problem}: an error's name, in English.
SANDBOX_SILENT = Text("The sandbox doesn't respond ({problem}).")
SANDBOX_REFUSED = Text("The sandbox refused this ({code}).")

WINDOW_TITLE = Text("What the customer sees")
HINT = Text(
    "You're the customer here. Write on WhatsApp and watch the agent's countdown start. Move the clock by "
    "24 h, write in the Messenger, and let the agent reply: the reply appears in the Messenger, but not "
    "on the phone."
)
# Translators: who wrote a message in the demo, and a label before the name.
CUSTOMER = Text("Customer", "in the demo")
SHOP = Text("Shop")
# Translators: {now}: weekday, date and time.
CLOCK = Text("Time: {now}")
# Translators: button labels; h = hours.
ADD_HOUR = Text("+1 h")
ADD_DAY = Text("+24 h")
# Translators: button label: how many times as fast as real time.
SPEED = Text("×{rate}")
MOVE_HOUR = Text("Move the clock by 1 h")
MOVE_DAY = Text("Move the clock by 24 h")
REAL_TIME = Text("Run the clock in real time")
SPEED_UP = Text("Run the clock {rate} times as fast")

# Translators: names of a phone's apps, on tabs.
WHATSAPP = Text("WhatsApp")
TELEGRAM_APP = Text("Telegram")
SMS_APP = Text("SMS")
MAIL = Text("Email")
# Translators: {address}: the shop's second number on this app.
APP_WITH_ADDRESS = Text("{app} {address}")
# Translators: below the shop's name: the app and the shop's number.
APP_AND_ADDRESS = Text("{app} · {address}")
APPS = Text("Apps on the phone")
NO_CHAT = Text("No chats on this phone")
CALL = Text("Call")
CALL_NAME = Text("Call the shop on WhatsApp as the customer")
CALL_TOOLTIP = Text("A call opens the WhatsApp window, but Intercom doesn't show it")
BLOCK = Text("Block")
UNBLOCK = Text("Unblock")
# Translators: {app}: WhatsApp or Telegram.
BLOCK_NAME = Text("Block the shop on {app} as the customer")
UNBLOCK_NAME = Text("Unblock the shop on {app} as the customer")

MESSENGER = Text("Messenger")
CONVERSATIONS = Text("The customer's Messenger conversations")
NEW_CONVERSATION = Text("New conversation")
CONVERSATION = Text("Conversation {id}")
CLIENT = Text("Device that the customer uses the Messenger on")
# Translators: the Messenger on a website.
WEB = Text("Web")
IPHONE = Text("iPhone")
ANDROID = Text("Android")

CHAT = Text("What the customer sees in this chat")
MESSAGE_HINT = Text("Message…")
MESSAGE_NAME = Text("Write as the customer")
PHOTO = Text("Send a picture")
PHOTO_NAME = Text("Send a picture as the customer")
VOICE_NOTE = Text("Send a voice note")
VOICE_NOTE_NAME = Text("Send a voice note as the customer")
MORE_FILES = Text("Send another kind of file")
MORE_FILES_NAME = Text("Send another kind of file as the customer")
# Translators: in a menu of files to send.
ANIMATION = Text("Animated picture")
VIDEO = Text("Video")
DOCUMENT = Text("Document")
SEND = Text("Send")
SEND_NAME = Text("Send as the customer")
# Translators: a message, for screen readers. {who}: "Customer" or "Shop".
MESSAGE = Text("{who}, {time}: {text}")
# Translators: weekday and time below a message, such as "Fri 14:02".
MESSAGE_TIME = Text("{weekday} {time}")
# Translators: a file in a chat, in brackets.
PHOTO_FILE = Text("[picture: {name}]")
VOICE_NOTE_FILE = Text("[voice note: {name}]")
VIDEO_FILE = Text("[video: {name}]")
FILE = Text("[file: {name}]")
# Translators: in the customer's chat: what the customer did there.
CALLED = Text("Voice call")
HAS_BLOCKED = Text("You blocked this contact")
HAS_UNBLOCKED = Text("You unblocked this contact")

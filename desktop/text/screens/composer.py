"""The composer: text field, files, tools, forecast line, and the sheet that warns before a reply is sent."""

from __future__ import annotations

from desktop.text.catalog import Plural, Text

# --- text field ---

# Translators: in the empty text field. {place}: "on WhatsApp". Sent directly: not through Intercom.
WRITE_TO = Text("Write to {name}…")
WRITE_DIRECTLY = Text("Write to {name} directly {place}…")
WRITE_NOTE = Text("Note for your team; the customer never sees it")
NOTE_FIELD = Text("Note for your team")
REPLY_FIELD = Text("Reply to the customer")
REPLY_FIELD_DIRECT = Text("Reply to the customer, sent directly {place}")

# --- tools ---

REPLY = Text("Reply", "kind of message")
NOTE = Text("Note", "kind of message")
REPLY_TOOLTIP = Text("Write to the customer (R)")
# Translators: {keys}: such as "N, Ctrl+Shift+N".
NOTE_TOOLTIP = Text("Write a note for your team ({keys})")
ATTACH_FILES = Text("Attach files")
SEND = Text("Send")
ADD_NOTE = Text("Add note")
# Translators: buttons while offline: what is queued is sent later.
QUEUE = Text("Send when online")
QUEUE_NOTE = Text("Add note when online")
SEND_REPLY = Text("Send reply")
QUEUE_REPLY_TOOLTIP = Text("Send reply when you're back online")
QUEUE_NOTE_TOOLTIP = Text("Add note when you're back online")
SEND_DIRECTLY_TOOLTIP = Text("Send reply directly {place}")
QUEUE_DIRECTLY_TOOLTIP = Text("Send reply directly {place} when you're back online")
# Translators: a tooltip: what the button does, and its key.
ACTION_AND_KEY = Text("{action} ({key})")

# --- route ---

SEND_THROUGH = Text("Send through")
INTERCOM_ROUTE = Text("Intercom, in this conversation")
# Translators: an account that sends directly. {recipient}: a phone number, or a name and a number.
ROUTE = Text("{channel} to {recipient}")
ROUTE_OF_ACCOUNT = Text("{channel} · {account} to {recipient}")
# Translators: the route on its button.
ON_BUTTON_INTERCOM = Text("Through Intercom")
CHANNEL = Text("{channel}", "a route on its button")
CHANNEL_AND_ACCOUNT = Text("{channel} · {account}")
CHANNEL_TO_OWNER = Text("{channel} to {owner}")
CHANNEL_AND_ACCOUNT_TO_OWNER = Text("{channel} · {account} to {owner}")
THROUGH_INTERCOM = Text("Through Intercom, in this conversation")
# Translators: {place}: "on WhatsApp"; {account}: "Twilio, Support line".
DIRECTLY = Text("Directly {place} to {recipient}, through {account}")
DIRECTLY_FROM = Text("Directly {place} from {sender} to {recipient}, through {account}")
PROVIDER_AND_ACCOUNT = Text("{provider}, {account}")
OWNER_AND_ADDRESS = Text("{owner}, {address}")
ROUTE_TOOLTIP = Text("{route} ({keys})")
ROUTE_NAME = Text("Send through: {route}")
# Translators: stands for a name: the owner of a phone number.
OTHER_CONTACT = Text("another contact")

# --- files ---

NOT_A_FILE = Text("{file} isn't a file.")
FILE_TOO_LARGE = Text("{file} is too large. A reply can have files of up to {limit}.")
FILE_UNREADABLE = Text("{file} can't be read.")
# Translators: {reason}: the system's own words.
FILE_UNREADABLE_BECAUSE = Text("{file} can't be read: {reason}.")
PICTURE_UNREADABLE = Text("This picture can't be read.")
TOO_MANY_FILES = Plural(
    "{file} wasn't added: a reply can have up to {count} file.",
    "{file} wasn't added: a reply can have up to {count} files.",
)
FILES_TOO_LARGE = Text("{file} wasn't added: the files of a reply can have up to {limit} in total.")
FILE_CHIP = Text("{file}  {size}")
REMOVE_FILE = Text("Remove {file}")
REMOVE_FILE_OF_SIZE = Text("Remove {file}, {size}")
OK = Text("OK")
OK_TO = Text("OK: {text}")

# --- why a draft is not sent ---

# Translators: {blank}: what a saved reply left open, such as "order id".
FILL_IN = Text("Fill in “{blank}” before you send. It's missing from the customer's details.")
BLOCKED = Text("This can't be sent yet. See the line above.")
ONE_FILE = Text("{channel} accepts one file at a time. Send them one by one.")
ACCOUNT_GONE = Text(
    "Your channel account for {channel} is no longer connected. This reply is now sent through Intercom."
)

# --- SMS counter ---

# Translators: the counter below a text message. A long text is sent in several parts, each of them an SMS.
CHARACTERS = Plural("{count} character", "{count} characters")
SMS = Plural("{count} SMS", "{count} SMS")
SMS_AT_LEAST = Plural("at least {count} SMS", "at least {count} SMS")
CHARACTERS_LEFT = Plural("{count} left", "{count} left")
LONGER_BECAUSE = Text("less room because of {characters}")
CHARACTERS_AND_MORE = Plural("{characters} and {count} more", "{characters} and {count} more")
CONTROL_CHARACTER = Text("control character")
SMS_STANDARD = Text(
    "Standard characters: 160 fit in one text message (SMS), 153 in each part of a longer one. {symbols} count as two."
)
SMS_NOT_STANDARD = Plural(
    "{characters} isn't a standard character. With it, 70 characters fit in one text message (SMS), 67 in each part of "
    "a longer one, and emoji count as two or more. Without it, 160 fit.",
    "{characters} aren't standard characters. With them, 70 characters fit in one text message (SMS), 67 in each part "
    "of a longer one, and emoji count as two or more. Without them, 160 fit.",
)
EVERY_PART_CHARGED = Text("Every part is charged.")
OCTOPODS_ADDS = Text("Octopods may add text of its own.")

# --- formatting ---

FORMATTING = Text("Formatting")
SHOW_FORMATTING = Text("Show formatting tools")
HIDE_FORMATTING = Text("Hide formatting tools")
BOLD = Text("Bold")
ITALIC = Text("Italic")
CODE = Text("Code", "style of text")
LINK = Text("Link", "tool for formatting")
BULLETS = Text("Bulleted list")
NUMBERS = Text("Numbered list")
LOOK = Text("Preview", "verb, a button: show how the text will look")
LOOK_TOOLTIP = Text("Preview how it will look on each channel")
LINK_ADDRESS = Text("Address of the link")
ADD_LINK = Text("Add link")
REMOVE_LINK = Text("Remove link")
NO_ADDRESS = Text("Enter a web address, an email address or tel: and a number.")

# Translators: above the preview of a text: where it is shown like this, and what may become of its formatting.
LOOKS = Text("Preview")
LOOK_ON = Text("{channel}")
LOOK_ON_MAY_DROP = Text("{channel} · Octopods may drop bold, italic and code")
LOOK_ON_WITHOUT = Text("{channel} · without formatting")
LOOK_ON_PARTLY = Text("{channel} · some formatting can't be shown there")
LOOK_IN_NOTE = Text("Note for your team")
NOTHING_TO_LOOK_AT = Text("Nothing written yet")

# --- mentions ---

MENTION = Text("Mention a teammate (@)")
TEAMMATES = Text("Teammates")
# Translators: below a note that names teammates. {names}: one name or several.
MENTIONED = Text("Mentioned: {names}. Reachline notifies those who use it; Intercom might not.")

# --- forecast line ---

FORECAST = Text("Forecast: {text}")
# Translators: spoken by screen readers when a channel has closed to the reply that is being written.
ONLY_MESSENGER_NOW = Text("Only the Messenger gets your reply now.")
# Translators: how sure it is that the reply arrives, in one word or two.
VERDICT_CLEAR = Text("No problems")
VERDICT_NOTICE = Text("Info", "weight of a warning")
VERDICT_WARN = Text("Warning")
VERDICT_BLOCKED = Text("Can't be sent")
# Translators: links at the end of the line, each with what it does.
QUOTE_IT = Text("Quote it")
QUOTE_IT_TOOLTIP = Text("Quote the customer's last message in your reply")
GO_THERE = Text("Go there")
GO_THERE_TOOLTIP = Text("Go to the conversation that the customer wrote in last; your draft moves with you")
SEND_TEMPLATE = Text("Send template")
SEND_TEMPLATE_TOOLTIP = Text("Choose an approved message, which doesn't need an open 24-hour window")
TEST = Text("Test", "verb, on a link")
TEST_TOOLTIP = Text("Test delivery with your own phone")
ASK_ON_WHATSAPP = Text("Ask to continue on WhatsApp")
ASK_ON_WHATSAPP_TOOLTIP = Text("Add a question to your draft: could the customer write on WhatsApp? ({keys})")

# --- warning sheet ---

LOOK_AGAIN = Text("Check again before you send")
LOOK_AGAIN_WHY = Text("Something changed since you pressed Send.")
PREVIEW = Text("Your reply")
PREVIEW_FILES = Text("Files: {names}")
# Translators: title of the sheet with its text, for a screen reader.
SHEET_NAME = Text("{title}. {text}")

# Translators: a choice is a title, and one line that says what it does. {name}: the customer; {place}: "on WhatsApp".
TEMPLATE = Text("Send template…")
TEMPLATE_DOES = Text("Choose an approved message. It doesn't need an open 24-hour window.")
CONNECT = Text("Connect WhatsApp to send a template…")
CONNECT_DOES = Text("Opens Settings. Templates need a channel account for WhatsApp.")
NO_TEMPLATES = Text("Your channel account has no templates.")
NO_NUMBER = Text("Your channel account needs {name}'s WhatsApp number.")
GO_DOES = Text("Moves your draft there. Nothing is sent yet.")
SWITCH_DOES = Text("Uses your channel account and sends to {recipient}. Nothing is sent yet.")
SWITCH_ACCOUNT_DOES = Text("Uses {account} and sends to {recipient}. Nothing is sent yet.")
THROUGH_INTERCOM_CHOICE = Text("Send through Intercom…")
THROUGH_INTERCOM_DOES = Text("In this conversation, as usual. Nothing is sent yet.")
ASK = Text("Ask to continue on WhatsApp…")
ASK_DOES = Text("Adds a question to your draft. Nothing is sent yet. ({key})")
INBOX = Text("Reply in Intercom")
INBOX_DOES = Text("Opens the conversation in Intercom and copies your text.")
SEND_MESSENGER_DOES = Text("Sends it now. {name} sees it only in the Messenger.")
SEND_DOES = Text("Sends it now, despite the warning.")
KEEP = Text("Keep draft")
KEEP_DOES = Text("Sends nothing. You can go on writing. (Esc)")

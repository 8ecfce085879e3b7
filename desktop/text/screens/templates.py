"""The template picker: the list, the form, the preview and the bar that sends."""

from __future__ import annotations

from desktop.domain.content.template import Category, HeaderKind, Status
from desktop.text.catalog import Plural, Text

# The picker.

SEND_TO = Text("Send a template to {name}")
SEND_TO_CUSTOMER = Text("Send a template")
# Translators: below the title. {number} is the customer's number, {channel} for example "WhatsApp".
RECIPIENT = Text("{number} · {channel}")
CHOOSE = Text("Choose a template.")
CONNECT_ACCOUNT = Text("Connect channel account…")
NO_ACCOUNT = Text(
    "You can't send {name} a template yet. You need a channel account for WhatsApp and their phone number."
)
OTHER_NUMBERS_ONLY = Text("{name} has no known WhatsApp number. Choose another number above.")
NUMBER_GONE = Text("The number you chose is no longer connected. Choose another one.")
# Translators: before the account that sends.
FROM = Text("From")
FROM_NUMBER = Text("Send from")
# Translators: {account} is for example "Harbour Parcels · Twilio".
FROM_ACCOUNT = Text("From {account}")
# Translators: from our account to the customer's number.
ACCOUNT_TO_NUMBER = Text("{account} → {number}")
# Translators: {owner} is who has the number, such as "another contact".
ACCOUNT_TO_OWNER = Text("{account} → {owner}, {number}")

# The list.

SEARCH = Text("Search templates")
TEMPLATES = Text("Templates")
ALL = Text("All", "templates of every category")
CATEGORIES = {
    Category.MARKETING: Text("Marketing"),
    Category.UTILITY: Text("Utility"),
    Category.AUTHENTICATION: Text("Authentication"),
    Category.UNKNOWN: Text("Other", "category of templates"),
}
"""In the order of the filters."""
# Translators: a filter and how many templates it shows.
CATEGORY_COUNT = Text("{category} ({count})")
LANGUAGE = Text("Language")
ALL_LANGUAGES = Text("All languages")
# Translators: such as "English (Ireland)".
LANGUAGE_AND_REGION = Text("{language} ({region})")
UNKNOWN_LANGUAGE = Text("Unknown language")
# Translators: {ago} is a span such as "3 h ago".
USED = Text("Used {ago}")
NO_MATCH = Text("No templates match “{query}”.")
NO_MATCH_FILTERS = Text("No templates match these filters.")
SHOW_ALL = Text("Show all templates")
SHOW_WHY = Text("Show why")
SHOW_WHY_HIDDEN = Text("Show why some templates aren't listed")
HIDDEN_TEMPLATES = Text("Templates that aren't listed, and why")
# Translators: {reasons} is for example "2 rejected, 1 paused".
HIDDEN = Plural("{count} template isn't listed: {reasons}", "{count} templates aren't listed: {reasons}")
# Translators: counts templates, as in "2 templates aren't listed: 1 rejected, 1 paused".
HIDDEN_BY_STATUS = {
    Status.PENDING: Plural("{count} in review", "{count} in review"),
    Status.REJECTED: Plural("{count} rejected", "{count} rejected"),
    Status.PAUSED: Plural("{count} paused", "{count} paused"),
    Status.DISABLED: Plural("{count} disabled", "{count} disabled"),
    Status.DELETED: Plural("{count} deleted", "{count} deleted"),
    Status.OTHER: Plural("{count} with unknown status", "{count} with unknown status"),
}
HIDDEN_OTHER_NUMBER = Plural("{count} for another number", "{count} for another number")
HIDDEN_NOT_SUPPORTED = Plural("{count} not supported", "{count} not supported")
# Translators: one line for each template. {reason} is a sentence.
HIDDEN_REASON_IN_LANGUAGE = Text("{name} ({language}): {reason}")
HIDDEN_REASON = Text("{name}: {reason}")
OTHER_NUMBER = Text("This template belongs to {number}.")
# Translators: {reason} is WhatsApp's own word, such as "invalid format".
REJECTED_BECAUSE = Text("WhatsApp's reason: {reason}.")
CANNOT_BE_SENT = Text("{name} can no longer be sent.")
NOT_LISTED = Text("{name} is no longer in the list.")
INPUT_KEPT = Text("What you filled in is kept.")
REFRESH = Text("Refresh")
REFRESH_LIST = Text("Refresh the list of templates")
LOADING = Text("Loading templates from {provider}…")
NOT_LOADED = Text("Templates aren't loaded yet.")
NOT_LOADED_REFRESH = Text("Templates from {provider} aren't loaded yet. Select Refresh.")
# Translators: the list of templates. {ago} is a span such as "6 min ago".
UPDATED = Text("Updated {ago}.")
PROVIDER_OLDER = Text("Changes in your {provider} account may take up to {span} to show here.")
NO_TEMPLATES = Text("This channel account has no templates. Create them in your {provider} account.")
NONE_SENDABLE = Text("None of this channel account's templates can be sent right now.")

# The form.

NOTHING_TO_FILL_IN = Text("This template has nothing to fill in.")
EXAMPLE = Text("For example: {example}")
USE_DRAFT = Text("Use your text")
# Translators: {field} is the label of a field.
USE_DRAFT_FOR = Text("Use your text for {field}")
ONE_LINE = Text("Put on one line")
ONE_LINE_ABOUT = Text("Replaces line breaks, tabs, and several spaces in a row with single spaces")
ONE_LINE_FIELD = Text("Put on one line: {field}")
FROM_CONTACT = Text("From the contact")
CHANGED = Text("Edited", "value of a template")
YOUR_DRAFT = Text("Your draft")
YOUR_DRAFT_JOINED = Text("Your draft, put on one line")
CHARACTERS_LEFT = Plural("{count} character left", "{count} characters left")
# Translators: the label of a field. {name} is the name of a blank in the template, such as "order_id" or "2".
TEXT_FIELD = Text("Text · {name}")
HEADER_FIELD = Text("Header · {name}")
UNSEEN_FIELD = Text("{name} · not shown in the text")
# Translators: the label of a field. {kind} is "Picture", "Video" or "Document".
LINK_FIELD = Text("{kind} · link that starts with https://")
FILE_NAME = Text("File name")
# Translators: the label of a field. {button} is what the button says.
CODE_FIELD = Text("Button “{button}” · code to copy")
LINK_END_FIELD = Text("Button “{button}” · end of its link")
# Translators: one of the blanks to fill in. {name} is a number.
TEXT_NUMBER = Text("Text {name}")
HEADER_NUMBER = Text("Header {name}")
BUTTON_NAME = Text("Button “{button}”")
MEDIA = {
    HeaderKind.TEXT: Text("Header"),
    HeaderKind.IMAGE: Text("Picture"),
    HeaderKind.VIDEO: Text("Video"),
    HeaderKind.DOCUMENT: Text("Document"),
}

# The preview.

PREVIEW = Text("Preview")
# Translators: for screen readers.
PREVIEW_OF = Text("Preview: {text}")
BUTTON_OF = Text("Button: {name}")
BUTTON = Text("Button")
COPY_CODE = Text("Copy code")
# Translators: WhatsApp's own words for the button that opens a list of more buttons.
SEE_ALL_OPTIONS = Text("See all options")
# Translators: {kind} is "Picture", "Video" or "Document".
LINK_MISSING = Text("{kind}: enter its link below")

# The bar that sends.

SEND = Text("Send template")
SEND_AGAIN = Text("Send again")
SEND_ANYWAY = Text("Send anyway")
SENDING = Text("Sending…")
CANCEL = Text("Cancel")
# Translators: for screen readers. {forecast} is one sentence or several.
FORECAST = Text("Forecast: {forecast}")
# Translators: {names} is one blank or several, such as "order_id, Text 2".
FILL_IN = Text("Fill in: {names}.")
FILL_IN_MORE = Plural("Fill in: {names}, and {count} more.", "Fill in: {names}, and {count} more.")
# Translators: {field} is the label of a field, {problem} a sentence.
FIELD_PROBLEM = Text("{field}: {problem}")
# Translators: {place} is "on WhatsApp". WhatsApp accepts a template first, and may still not deliver it.
SHOULD_ARRIVE = Text("Should arrive {place}.")
# Translators: {left} is a span such as "3 h 12 min".
WINDOW_OPEN = Text("The {channel} window closes in {left}. A template doesn't extend it.")
WINDOW_UNKNOWN = Text("Only a reply from the customer opens the {channel} window.")
WINDOW_CLOSED = Text("The {channel} window stays closed until the customer replies.")
NOTE_AND_COST = Text("Your team sees a note. WhatsApp may charge for this.")
MARKETING = Text("WhatsApp might not deliver marketing messages. It then reports error 131049.")
# Translators: WhatsApp's rating of the template.
QUALITY = {
    "yellow": Text("WhatsApp rates this template's quality as medium and may pause it."),
    "red": Text("WhatsApp rates this template's quality as low and may pause it."),
}
OFFLINE = Text("You're offline. When you're back, we'll check this template again, then send it or ask you.")
EARLIER_UNCONFIRMED = Text("Your earlier reply isn't confirmed yet.")
SIGNED_OUT = Text("You're signed out of Intercom, so nothing can be sent.")
BLOCKED = Text("This can't be sent right now.")

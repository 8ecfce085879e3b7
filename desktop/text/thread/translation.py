"""Translating messages and drafts, and the account that does it."""

from __future__ import annotations

from desktop.domain.content.translation import Translation
from desktop.text.catalog import Plural, Text
from desktop.text.thread.languages import language_name

# --- at a message ---
TRANSLATE = Text("Translate", "a message")
# Translators: under a translation. {service}: DeepL or LibreTranslate; {language}: of the message.
_FROM = Text("Machine translation ({service}) from {language}")
_MADE_BY = Text("Machine translation ({service})")
# Translators: under a reply of ours, above what the agent wrote before it was translated.
_OURS_FROM = Text("Sent as a machine translation ({service}). Written in {language}:")
_OURS = Text("Sent as a machine translation ({service}). Written as:")
SHOW_ORIGINAL = Text("Show original")
SHOW_TRANSLATION = Text("Show translation")
SHOW_WRITTEN = Text("Show what was written")
HIDE_WRITTEN = Text("Hide what was written")
TRANSLATE_AGAIN = Text("Translate again")
TRANSLATING = Text("Translating…")
CHOOSE_MESSAGE_FIRST = Text("Choose a message first: F6, then the arrow keys.")
# Translators: read out after a message. {translation}: its text.
SPOKEN = Text("{made_by}: {translation}")

# --- above the thread ---
# Translators: {name} is a customer, {language} for example "Spanish".
WRITES_IN = Text("{name} writes in {language}.")
TRANSLATE_THEIRS = Text("Translate their messages")
# Translators: {service} is a company: the messages on the screen are sent to it.
THEIRS_ARE_SENT = Text("{name}'s messages are sent to {service} as you read them.")
STOP_TRANSLATING = Text("Stop translating")
TRANSLATING_SOME = Plural("Translating {count} message…", "Translating {count} messages…")
CANCEL = Text("Cancel")
TRANSLATION_STOPPED = Text("Messages are no longer translated by themselves.")

# --- in the composer ---
TRANSLATE_DRAFT = Text("Translate what I wrote")
# Translators: {language}: the customer's. On the button that translates what the agent wrote.
TRANSLATE_INTO = Text("Translate into {language}")
TRANSLATE_BUTTON = Text("Translate", "what the agent wrote")
LANGUAGE = Text("Language of the customer")
YOUR_TEXT = Text("Your text, not sent")
# Translators: between what the agent wrote and its translation, which can be edited. Keep it short.
BOTH_TEXTS = Text("Above: your text. Below: machine translation.")
# Translators: its tooltip. {name} is a customer, {service} a company such as DeepL.
WHO_GETS_WHAT = Text("{name} gets the machine translation ({service}), your team keeps your text. Please check it.")
BACK_TO_MINE = Text("Back to my text")
CHANGED = Text("You changed your text. Translate it again, or it no longer fits what is sent.")
# Translators: bold words or links of a text that was translated.
FORMATTING_LOST = Text("Some formatting was lost in the translation. Undo brings it back.")
# Translators: {host} is a web address.
DRAFT_IS_SENT_TO = Text("What you wrote is sent to {host} for translation.")
NOTES_STAY = Text("Notes stay in your team's language.")
NO_LANGUAGE = Text("Choose a language")

# --- settings ---
TITLE = Text("Translation", "page of the settings")
ABOUT = Text(
    "Translate messages on request, and write in your customers' language. Nothing is translated unless you press "
    "Translate or turn it on for a customer."
)
SERVICE = Text("Service", "that translates")
# Translators: DeepL has a free plan and paid ones.
DEEPL_ABOUT = Text("DeepL's API, free or paid. You find the key in your DeepL account under API keys.")
LIBRE_ABOUT = Text("Your own LibreTranslate server, or one you have a key for.")
ADDRESS = Text("Server")
ADDRESS_HINT = Text("For example https://translate.example.com")
KEY = Text("Key", "of a translation service")
# Translators: {store} is what the system calls its password store.
KEY_HINT = Text("Kept in the {store} of this computer only.")
KEY_HINT_MEMORY = Text("Kept until Reachline closes: this computer has no password store.")
KEY_STORED = Text("A key is stored. Leave this empty to keep it.")
KEY_OPTIONAL = Text("Leave empty if the server needs none.")
TEST = Text("Test", "a translation account")
TESTING = Text("Testing {service}…")
# Translators: {used} and {limit} are numbers of characters.
WORKS = Text("{service} responds.")
WORKS_WITH_USE = Text("{service} responds. {used} of {limit} characters of this period are used.")
MY_LANGUAGE = Text("Translate into")
FORMALITY = Text("Tone of my translations")
FORMALITIES = {
    "default": Text("The service decides", "how formal"),
    "more": Text("More formal", "how formal"),
    "less": Text("Less formal", "how formal"),
}
# Translators: {host} is an address on the internet. Above the button that turns translation on.
SENT_WHERE = Text("Messages you translate are sent to {host}, and so is what you write when you press Translate.")
SAVE = Text("Turn on translation")
SAVE_CHANGES = Text("Save")
SAVED = Text("Translation is on.")
SAVING = Text("Saving…")
REMOVE = Text("Turn off and delete the key")
REMOVED = Text("Translation is off, and the key is deleted.")
REMOVING = Text("Deleting the key…")
# Translators: {service} and {language}, such as "DeepL" and "English (British)".
IS_ON = Text("On: {service}, into {language}.")
IS_OFF = Text("Off. Nothing is sent to a translation service.")
SAMPLE = Text("This is the sample workspace. It translates with a pretend DeepL on this computer.")


def made_by(shown: Translation) -> str:
    """Return the line that marks a translation as a machine's."""
    service = shown.service.display_name
    with_language, without = (_OURS_FROM, _OURS) if shown.is_ours else (_FROM, _MADE_BY)
    if not shown.source_language:
        return without(service=service)
    return with_language(service=service, language=language_name(shown.source_language))


def toggle(shown: Translation) -> str:
    """Return the label of the link that shows or hides the other language."""
    if shown.is_ours:
        return (HIDE_WRITTEN if shown.is_shown else SHOW_WRITTEN)()
    return (SHOW_ORIGINAL if shown.is_shown else SHOW_TRANSLATION)()

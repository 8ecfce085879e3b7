"""Spell check: the menu of a word, and its settings."""

from __future__ import annotations

from desktop.text.catalog import Text

# --- the menu of the text field ---

LOOKING = Text("Looking for suggestions…")
NO_SUGGESTIONS = Text("No suggestions")
ADD_WORD = Text("Add “{text}” to dictionary")
# Translators: don't mark it as a mistake until the program ends.
IGNORE = Text("Ignore")
# Translators: a menu; the languages that can be checked follow.
LANGUAGE = Text("Spelling language")
CHECK_SPELLING = Text("Check spelling")

# --- messages ---

NO_MISTAKES = Text("No spelling mistakes found.")
IS_OFF = Text("Spell check is off.")
TURN_ON = Text("Turn on")
NOT_AVAILABLE = Text("Spell check isn't available in this installation.")
# Translators: {language} is the name of a language in that language, such as "Deutsch".
NO_DICTIONARY = Text("There's no dictionary for {language} on this computer.")
STOPPED = Text("Spell check stopped working. It starts again with Reachline.")

# --- settings ---

SPELLING = Text("Spelling")
CHECK_WHILE_WRITING = Text("Check spelling while I write")
# Translators: {languages} is a list such as "English, Español, Français".
LANGUAGES = Text("Dictionaries: {languages}.")
LANGUAGE_ABOUT = Text(
    "The language is the customer's, if it's known, or else the language of Reachline. To change it, right-click the "
    "text."
)
SYSTEM_DICTIONARIES = Text(
    "Other languages are checked with the dictionaries of your system (Hunspell). For German, install the package "
    "hunspell-de-de."
)
NO_GERMAN = Text("German can't be checked here: the licence of its dictionary doesn't allow us to include it.")
OWN_WORDS = Text("Your dictionary")
NO_OWN_WORDS = Text("Your dictionary is empty. Right-click an underlined spelling mistake to add it.")
REMOVE = Text("Remove", "from the dictionary")

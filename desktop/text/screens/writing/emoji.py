"""The emoji picker, and the list of emoji that opens while writing."""

from __future__ import annotations

from desktop.text.catalog import Text

EMOJI = Text("Emoji")
# Translators: button and its key.
INSERT = Text("Insert an emoji (:)")
SEARCH = Text("Search emoji")
NOT_INSTALLED = Text("The list of emoji isn't part of this installation.")
RECENT = Text("Recently used")
# By their keys in the table of emoji.
GROUPS = {
    "smileys": Text("Smileys and feelings"),
    "people": Text("People and body"),
    "animals": Text("Animals and nature"),
    "food": Text("Food and drink"),
    "travel": Text("Travel and places"),
    "activities": Text("Activities"),
    "objects": Text("Objects"),
    "symbols": Text("Symbols"),
    "flags": Text("Flags"),
}
SKIN_TONE = Text("Skin tone")
# From light to dark, as in Unicode; the first is the yellow of emoji without a tone.
SKIN_TONES = (
    Text("No skin tone"),
    Text("Light skin tone"),
    Text("Medium-light skin tone"),
    Text("Medium skin tone"),
    Text("Medium-dark skin tone"),
    Text("Dark skin tone"),
)
# Translators: a row in a list of emoji.
ROW = Text("{emoji}  {name}")
# Translators: a choice of the skin tone, with a hand that has it.
TONE_ROW = Text("{emoji}  {tone}")

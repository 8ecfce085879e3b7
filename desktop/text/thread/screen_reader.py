"""Rows of the thread for screen readers. {who}: who wrote it. {text}: the message itself."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.text.catalog import Plural, Text, strip_isolates

LOADING_EARLIER = Plural("Loading {count} earlier message…", "Loading {count} earlier messages…")
# Translators: {conversation}: channel and subject.
CONVERSATION = Text("Conversation: {conversation}")

# Translators: {origin}: where the customer wrote, such as "Messenger · iPhone".
FROM = Text("{who}: {text}")
FROM_ORIGIN = Text("{who}, {origin}: {text}")
# Translators: {place}: "on WhatsApp".
SENT_DIRECTLY = Text("{who}, sent directly {place}: {text}")
TEMPLATE_SENT_DIRECTLY = Text("{who}, template {template}, sent directly {place}: {text}")
NOTE = Text("{heading}, {who}: {text}")
# Translators: {kind}: "Picture". {name}: the file's name.
FILE = Text("{kind}: {name}")
# Translators: after the first files of a message.
MORE_FILES = Plural("{count} more file", "{count} more files")

YOUR_NOTE = Text("Your note: {text}")
YOUR_REPLY = Text("Your reply: {text}")
YOUR_DIRECT_REPLY = Text("Your reply, sent directly {place}: {text}")
YOUR_TEMPLATE = Text("Your template {template}, sent directly {place}: {text}")
# Translators: {actions}: a list of buttons.
ACTIONS = Text("You can: {actions}")

_ENDS = (".", "!", "?", "…", "。", "؟", "”", ":")


def accessible_sentences(parts: Iterable[str]) -> str:
    """Join what is read one after the other, with a pause after each part; empty parts are left out."""
    spoken = map(strip_isolates, parts)
    return " ".join(part if part.endswith(_ENDS) else f"{part}." for part in spoken if part)

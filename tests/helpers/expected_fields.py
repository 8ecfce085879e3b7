"""Kept: what of an answer has to arrive whatever stands beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from desktop.channels.intercom import html
from desktop.domain.model.facts import Conversation


def said_in(raw: Any) -> list[str]:
    """The words of every part with a body, of a conversation whose list of parts can be read."""
    parts = raw.get("conversation_parts") if isinstance(raw, dict) else None
    if isinstance(parts, dict):
        parts = next((parts[n] for n in ("conversation_parts", "data") if isinstance(parts.get(n), list)), None)
    bodies = [p.get("body") for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
    return [words for body in bodies if isinstance(body, str) and (words := html.from_body(body)[0]).strip()]


def is_conversation(raw: Any) -> bool:
    """Whether it names itself, so that it has to be read."""
    own = raw.get("id") if isinstance(raw, dict) else None
    return isinstance(own, str | int) and not isinstance(own, bool) and bool(str(own)[:5000].strip())


def lost(raw: Any, found: Conversation) -> list[str]:
    """Words that stand in the answer and in no entry. One entry may stand for several parts that are the same."""
    held = {entry.text for entry in found.entries}
    return [words for words in said_in(raw) if words not in held]


Ids = Callable[[Any], Iterable[str]]
# Of lists: where they lie in the answer, what names an element, and the names of what the adapter made of it.
LISTS: dict[str, tuple[tuple[str, ...], str, Ids]] = {
    "intercom changed_since": (("conversations",), "id", lambda page: [h.conversation.id for h in page.hits]),
    "intercom conversations_of": (("conversations",), "id", lambda page: [h.conversation.id for h in page.hits]),
    "intercom contacts_with": (("data",), "id", lambda contacts: [c.id for c in contacts]),
    "intercom teammates": (("admins",), "id", lambda people: [t.id for t in people]),
    "intercom macros": (("data",), "id", lambda macros: [m.id for m in macros]),
    "whatsapp templates": (("data",), "name", lambda found: [t.name for t in found]),
    "360dialog templates": (("waba_templates",), "name", lambda found: [t.name for t in found]),
    "twilio-whatsapp templates": (("contents",), "sid", lambda found: [t.id for t in found]),
    "twilio-whatsapp messages": (("messages",), "sid", lambda found: [m.remote_id for m in found.messages]),
    "twilio-sms messages": (("messages",), "sid", lambda found: [m.remote_id for m in found.messages]),
    "twilio-whatsapp files": (("media_list",), "sid", lambda found: [f.id for f in found]),
}


def untouched(name: str, seed: bytes, served: Any) -> list[str]:
    """Names of the elements of a list that are in the answer as they were, whatever became of the others."""
    if name not in LISTS:
        return []
    path, key, _ = LISTS[name]
    original = json.loads(seed)
    if not isinstance(served, dict) or _around(original, path) != _around(served, path):
        # Where the next page is said to be somewhere else, the whole list may not be known.
        return []
    before, after = _list(original, path), _list(served, path)
    known = {json.dumps(element, sort_keys=True) for element in before}
    same = [e for e in after if isinstance(e, dict) and _written(e) in known]
    return [str(e[key]) for e in same]


def _around(answer: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != path[0]}


def _written(element: Any) -> str:
    try:
        return json.dumps(element, sort_keys=True)
    except TypeError:
        return ""


def _list(raw: Any, path: tuple[str, ...]) -> list[Any]:
    for step in path:
        raw = raw.get(step) if isinstance(raw, dict) else None
    return raw if isinstance(raw, list) else []

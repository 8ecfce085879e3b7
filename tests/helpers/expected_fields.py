"""Parts of a damaged answer that adapters must still return."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from desktop.channels.intercom import html
from desktop.domain.model.facts import Conversation


def part_texts(raw: Any) -> list[str]:
    """Texts of the parts with a body, if the list of parts is readable."""
    parts = raw.get("conversation_parts") if isinstance(raw, dict) else None
    if isinstance(parts, dict):
        parts = next((parts[n] for n in ("conversation_parts", "data") if isinstance(parts.get(n), list)), None)
    bodies = [p.get("body") for p in parts if isinstance(p, dict)] if isinstance(parts, list) else []
    return [text for body in bodies if isinstance(body, str) and (text := html.from_body(body)[0]).strip()]


def is_conversation(raw: Any) -> bool:
    """Whether it has an id, so that the adapter must accept it."""
    own = raw.get("id") if isinstance(raw, dict) else None
    return isinstance(own, str | int) and not isinstance(own, bool) and bool(str(own)[:5000].strip())


def missing_texts(raw: Any, found: Conversation) -> list[str]:
    """Texts of the answer that are in no entry. One entry may represent several equal parts."""
    texts = {entry.text for entry in found.entries}
    return [text for text in part_texts(raw) if text not in texts]


Ids = Callable[[Any], Iterable[str]]
# Name of a call -> path of the list in the answer, id field of its elements, and ids in the adapter's result.
LISTS: dict[str, tuple[tuple[str, ...], str, Ids]] = {
    "intercom changed_since": (("conversations",), "id", lambda page: [h.conversation.id for h in page.hits]),
    "intercom conversations_of": (("conversations",), "id", lambda page: [h.conversation.id for h in page.hits]),
    "intercom contacts_with": (("data",), "id", lambda contacts: [c.id for c in contacts]),
    "intercom teammates": (("admins",), "id", lambda people: [t.id for t in people]),
    "intercom teams": (("teams",), "id", lambda teams: [t.id for t in teams]),
    "intercom tags": (("data",), "id", lambda tags: [t.id for t in tags]),
    "intercom macros": (("data",), "id", lambda macros: [m.id for m in macros]),
    "whatsapp templates": (("data",), "name", lambda found: [t.name for t in found]),
    "360dialog templates": (("waba_templates",), "name", lambda found: [t.name for t in found]),
    "twilio-whatsapp templates": (("contents",), "sid", lambda found: [t.id for t in found]),
    "twilio-whatsapp messages": (("messages",), "sid", lambda found: [m.remote_id for m in found.messages]),
    "twilio-sms messages": (("messages",), "sid", lambda found: [m.remote_id for m in found.messages]),
    "twilio-whatsapp files": (("media_list",), "sid", lambda found: [f.id for f in found]),
}


def unchanged_ids(name: str, seed: bytes, served: Any) -> list[str]:
    """Ids of the unchanged elements of a list, whatever happened to the others."""
    if name not in LISTS:
        return []
    path, key, _ = LISTS[name]
    original = json.loads(seed)
    if not isinstance(served, dict) or _without_list(original, path) != _without_list(served, path):
        # If the paging changed, the list may be incomplete.
        return []
    before, after = _list(original, path), _list(served, path)
    known = {json.dumps(element, sort_keys=True) for element in before}
    same = [e for e in after if isinstance(e, dict) and _to_json(e) in known]
    return [str(e[key]) for e in same]


def _without_list(answer: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != path[0]}


def _to_json(element: Any) -> str:
    try:
        return json.dumps(element, sort_keys=True)
    except TypeError:
        return ""


def _list(raw: Any, path: tuple[str, ...]) -> list[Any]:
    for step in path:
        raw = raw.get(step) if isinstance(raw, dict) else None
    return raw if isinstance(raw, list) else []

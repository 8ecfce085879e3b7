"""Placeholders of saved replies: filled with a customer's values, a fallback or a visible blank.

They are spelt `{{user.first_name|fallback:"there"}}`, the same with HTML entities in place of the braces, or
`<attribute key="user.first_name" default="there"/>` (Intercom's two forms of a macro, read 2026-11-22).
"""

from __future__ import annotations

import html
import re

from desktop.domain.content.template import value_of
from desktop.domain.model.facts import Contact
from desktop.domain.model.frozen import frozen

OFFERED = (
    "first_name",
    "name",
    "email",
    "phone",
    "company",
    "agent.first_name",
    "agent.name",
    "conversation.id",
    "conversation.subject",
)
"""Names that whoever writes a saved reply can choose from; any attribute of a contact can be typed as well."""

_AGENT = ("agent", "author", "teammate", "admin")
_CONTACTS_OWN = re.compile(
    r"^(?:user|lead|contact|customer|person)\s*\.\s*(?:custom_(?:attributes|data)\s*\.\s*)?", re.IGNORECASE
)
_COMPANY = ("company", "company.name")

_DEEPEST_FALLBACK = 3
_LONGEST = 500
"""Characters of one placeholder; what is longer is taken for one that is not closed."""

_ENTITIES = (
    (re.compile(r"&(?:#0*123|#x0*7b|lcub|lbrace);", re.IGNORECASE), "{"),
    (re.compile(r"&(?:#0*125|#x0*7d|rcub|rbrace);", re.IGNORECASE), "}"),
    (re.compile(r"&lt;(/?attribute\b(?:(?!&gt;).)*)&gt;", re.IGNORECASE), r"<\1>"),
)
_OPENING = re.compile(r"\{\{|<attribute\b", re.IGNORECASE)
_BRACES = re.compile(r"\{\{|\}\}")
_UNCLOSED = re.compile(r"\{\{+\s?([^\s{}|<>⟦⟧]{0,40})")
_ELEMENT = re.compile(r"""<attribute\b(?:[^<>"']|"[^"]*"|'[^']*')*>(?:\s*</attribute\s*>)?""", re.IGNORECASE)
_UNCLOSED_ELEMENT = re.compile(r"<attribute\b[^<>\n]*>?", re.IGNORECASE)
_GIVEN = re.compile(r"""\b(key|default)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_FALLBACK = re.compile(r"\s*(?:fallback|default)\s*[:=]\s*(.*)", re.IGNORECASE | re.DOTALL)
_QUOTES = {'"': '"', "'": "'", "“": "”", "”": "”", "„": "“", "‘": "’", "’": "’", "«": "»"}
_PARTS = re.compile(r"[_.\s{}⟦⟧<>]+")
# No value has them: braces could make a placeholder together with their neighbours, and the others make blanks.
_UNUSABLE = re.compile(r"[{}⟦⟧]|<attribute\b", re.IGNORECASE)
# Characters that nobody writes to a customer, so that a match is always one of our blanks.
_BLANK = re.compile(r"⟦([^⟦⟧]*)⟧")


@frozen
class ReplyValues:
    """What placeholders stand for in one conversation.

    contact: of that conversation; None for nobody, so that nobody else's values are used. subject: of the conversation.
    """

    contact: Contact | None = None
    agent_name: str = ""
    conversation_id: str = ""
    subject: str = ""

    def find(self, name: str) -> str:
        """The value on one line; "" if it is not known. name: such as `user.first_name` or `Order id`."""
        owner, rest = _split(name)
        key = rest.casefold().replace(" ", "_")
        if owner in _AGENT:
            first = "".join(self.agent_name.split()[:1])
            known = {"name": self.agent_name, "first_name": first}.get(key, "")
        elif owner:
            known = {"id": self.conversation_id, "subject": self.subject, "title": self.subject}.get(key, "")
        elif self.contact is None:
            known = ""
        else:
            names = _COMPANY if key in _COMPANY else (rest,)
            known = next(filter(None, (value_of(self.contact, name) for name in names)), "")
        return " ".join(known.split())


def fill(text: str, values: ReplyValues) -> str:
    """Replace placeholders: `Hi {{first_name}}` becomes `Hi Jennifer`, or `Hi ⟦first name⟧` if no value is known.

    No `{{` is left, whatever the text, its fallbacks and the values contain.
    """
    return _fill(text, values, _DEEPEST_FALLBACK)


def find_blanks(text: str) -> list[re.Match[str]]:
    """The matches of all blanks, in order; group 1 is the name of the missing value."""
    return list(_BLANK.finditer(text))


def _fill(text: str, values: ReplyValues, depth: int) -> str:
    for entity, character in _ENTITIES:
        text = entity.sub(character, text)
    filled, position = [], 0
    while (opening := _OPENING.search(text, position)) is not None:
        filled.append(text[position : opening.start()])
        read = _read_braces if opening[0] == "{{" else _read_element
        name, fallback, position = read(text, opening.start())
        filled.append(_choose(name, fallback, values, depth))
    return "".join((*filled, text[position:]))


def _choose(name: str, fallback: str, values: ReplyValues, depth: int) -> str:
    known = values.find(name)
    if known and _is_usable(known):
        return known
    # Placeholders in a fallback are filled as well.
    instead = _fill(fallback, values, depth - 1).strip() if depth else ""
    if instead and _is_usable(_BLANK.sub("", instead)):
        return instead
    missing = " ".join(filter(None, _PARTS.split(_without_owner(name))))
    return f"⟦{missing or 'value'}⟧"


def _is_usable(text: str) -> bool:
    return _UNUSABLE.search(html.unescape(text)) is None


def _split(name: str) -> tuple[str, str]:
    """Whose value it is, and its name there; ("", name) for one of the contact's."""
    name = _without_owner(name)
    owner, dot, rest = name.partition(".")
    is_other = owner.strip().casefold() in (*_AGENT, "conversation")
    return (owner.strip().casefold(), rest.strip()) if dot and is_other else ("", name)


def _without_owner(name: str) -> str:
    """Without the words that only say that it is the contact's."""
    return _CONTACTS_OWN.sub("", name.strip(), count=1)


def _read_braces(text: str, start: int) -> tuple[str, str, int]:
    """Name, fallback and end of the placeholder that starts here, with others in it if there are any."""
    depth, position = 1, start + 2
    while depth and (brace := _BRACES.search(text, position, start + _LONGEST)) is not None:
        depth += 1 if brace[0] == "{{" else -1
        position = brace.end()
    if depth:
        unclosed = _UNCLOSED.match(text, start)
        assert unclosed is not None
        return unclosed[1], "", unclosed.end()
    name, _, option = html.unescape(text[start + 2 : position - 2]).partition("|")
    # A third brace at each side, as other programs write them.
    position += text[start + 2] == "{" and text[position : position + 1] == "}"
    return name.strip("{} \t\r\n"), _fallback(option), position


def _fallback(option: str) -> str:
    given = _FALLBACK.match(option)
    if given is None:
        return ""
    text = given[1].strip()
    closing = _QUOTES.get(text[:1])
    if closing is None:
        return text
    # The last one: there may be others in a placeholder that is the fallback.
    end = text.rfind(closing, 1)
    return text[1:] if end < 0 else text[1:end]


def _read_element(text: str, start: int) -> tuple[str, str, int]:
    """Key, default and end of the element that starts here."""
    found = _ELEMENT.match(text, start) or _UNCLOSED_ELEMENT.match(text, start)
    assert found is not None
    given = {key.lower(): html.unescape(one or other) for key, one, other in _GIVEN.findall(found[0])}
    return given.get("key", ""), given.get("default", ""), found.end()

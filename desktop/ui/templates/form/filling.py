"""Filling: the values of a template for one customer, where each came from, and the book that keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.domain.content.template import (
    Filled,
    ProblemCode,
    Slot,
    SlotKind,
    Template,
    fill,
    list_slots,
    remaining_length,
    suggestions,
)
from desktop.domain.direct import DirectRoute
from desktop.domain.identity.customer import same_person
from desktop.domain.model.facts import Contact

TemplateId = tuple[str, str, str]
"""Id, name and language: some providers tell no id, and names are not unique."""


class Source(StrEnum):
    """Where a value came from. `EXPECTED`: nowhere yet, and nobody has touched the field. `JOINED`: from the composer,
    without its line breaks. `CHANGED`: by the agent, though the contact offered something; `HAND`: it did not."""

    EXPECTED = "expected"
    CONTACT = "contact"
    CHANGED = "changed"
    HAND = "hand"
    COMPOSER = "composer"
    JOINED = "joined"


@dataclass(slots=True)
class Filling:
    """Values by slot key, as the agent sees them. offered: what the contact says, by slot key."""

    template: Template
    values: dict[str, str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    offered: Mapping[str, str] = field(default_factory=dict)

    @property
    def slots(self) -> tuple[Slot, ...]:
        return list_slots(self.template)

    @property
    def filled(self) -> Filled:
        return fill(self.template, self.values)

    def value(self, key: str) -> str:
        return self.values.get(key, "")

    def source(self, key: str) -> Source:
        return self.sources.get(key, Source.EXPECTED)

    def write(self, key: str, value: str) -> None:
        """The agent's own words, or none; what the contact says stays the contact's."""
        self.values[key] = value
        same = bool(value) and value == self.offered.get(key)
        self.sources[key] = Source.CONTACT if same else Source.CHANGED if self.offered.get(key) else Source.HAND

    def problem(self, key: str) -> str:
        """What is wrong with one value, "" if nothing is. A field that nobody has touched is only waited for."""
        found = next((p for p in self.filled.problems if p.key == key), None)
        if found is None or (self.source(key) is Source.EXPECTED and found.code is not ProblemCode.NO_FILE_NAME):
            return ""
        return found.sentence

    def missing(self) -> tuple[Slot, ...]:
        """A file name only where the link does not tell it."""
        unnamed = {p.key for p in self.filled.problems if p.code is ProblemCode.NO_FILE_NAME}
        empty = (slot for slot in self.slots if not self.value(slot.key).strip())
        return tuple(slot for slot in empty if slot.kind is not SlotKind.FILE_NAME or slot.key in unnamed)

    def room(self, slot: Slot) -> int | None:
        """How many characters a value can still grow by; None where nothing limits it."""
        return remaining_length(self.template, self.values, slot)

    def takes(self, text: str, slot: Slot) -> bool:
        """Whether the composer's text can stand in a blank: only words of the body are words of ours."""
        if slot.kind is not SlotKind.TEXT or slot.key.startswith("header."):
            return False
        before = {p.sentence for p in self.filled.problems if not p.key}
        tried = fill(self.template, {**self.values, slot.key: on_one_line(text)})
        return bool(text.strip()) and all(p.key != slot.key and (p.key or p.sentence in before) for p in tried.problems)

    def take(self, text: str, slot: Slot) -> None:
        value = self.values[slot.key] = on_one_line(text)
        self.sources[slot.key] = Source.COMPOSER if value == text.strip() else Source.JOINED


def on_one_line(text: str) -> str:
    """Words with one space between them: what WhatsApp takes as a value."""
    return " ".join(text.split())


class FillingBook:
    """What was filled in, by customer, contact and template, until the window closes. Never written anywhere."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, TemplateId, str], Filling] = {}
        self._last: dict[str, TemplateId] = {}

    def open(self, customer_id: str, template: Template, contacts: Sequence[Contact]) -> Filling:
        """What was filled in before for the first of the contacts, else what they offer; of several the first that
        knows something counts."""
        self._last[customer_id] = template_id(template)
        key = (customer_id, template_id(template), contacts[0].id if contacts else "")
        found = self._kept.get(key)
        if found is None:
            offered = _offered(template, contacts)
            found = Filling(template, dict(offered), dict.fromkeys(offered, Source.CONTACT), offered)
            self._kept[key] = found
        # The list may be newer than what was filled in.
        found.template = template
        return found

    def last(self, customer_id: str) -> TemplateId | None:
        """The template that was looked at last for this customer."""
        return self._last.get(customer_id)

    def forget(self, customer_id: str, template: Template) -> None:
        """After it was sent."""
        for key in [k for k in self._kept if k[:2] == (customer_id, template_id(template))]:
            del self._kept[key]
        self._last.pop(customer_id, None)


def template_id(template: Template) -> TemplateId:
    return template.id, template.name, template.language


def contacts_behind(
    direct_route: DirectRoute | None, here: Sequence[str], contacts: Sequence[Contact]
) -> tuple[Contact, ...]:
    """Contacts whose values may stand in a message to this way's address, first the one whose it is.

    here: ids of the conversation's contacts; of several with one address, theirs counts.
    """
    own = [c for c in contacts if direct_route is None or direct_route.leads_to([c.id])]
    first = next((c for c in own if c.id in here), next(iter(own), None))
    return same_person(contacts, [first.id]) if first is not None else ()


def _offered(template: Template, contacts: Sequence[Contact]) -> dict[str, str]:
    offered: dict[str, str] = {}
    for contact in contacts:
        offered = {**suggestions(template, contact), **offered}
    return offered

"""The values of a template for one customer with their sources, and their store for this session."""

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
from desktop.text.reasons.describe import describe

TemplateId = tuple[str, str, str]
"""Id, name and language: some providers give no id, and names are not unique."""


class Source(StrEnum):
    """The source of a value.

    `UNTOUCHED`: no value yet, and the agent has not edited the field. `JOINED`: the composer's text without its line
    breaks. `CHANGED`: typed in place of the contact's value. `TYPED`: typed, without a value of the contact.
    """

    UNTOUCHED = "expected"
    CONTACT = "contact"
    CHANGED = "changed"
    TYPED = "hand"
    COMPOSER = "composer"
    JOINED = "joined"


@dataclass(slots=True)
class Filling:
    """A template with values and sources by slot key. offered: the contact's values by slot key."""

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
        return self.sources.get(key, Source.UNTOUCHED)

    def set_value(self, key: str, value: str) -> None:
        """Set a value that the agent typed; one equal to the contact's counts as the contact's."""
        self.values[key] = value
        is_offered = bool(value) and value == self.offered.get(key)
        self.sources[key] = Source.CONTACT if is_offered else Source.CHANGED if self.offered.get(key) else Source.TYPED

    def problem(self, key: str) -> str:
        """Return the error of one value, "" for none. A field that was not edited yet has no error."""
        problem = next((p for p in self.filled.problems if p.key == key), None)
        if problem is None or (
            self.source(key) is Source.UNTOUCHED and problem.reason.code != ProblemCode.NO_FILE_NAME
        ):
            return ""
        return describe(problem.reason)

    def missing(self) -> tuple[Slot, ...]:
        """Return the slots without a value; a file name only if the link has none."""
        unnamed = {p.key for p in self.filled.problems if p.reason.code == ProblemCode.NO_FILE_NAME}
        empty = (slot for slot in self.slots if not self.value(slot.key).strip())
        return tuple(slot for slot in empty if slot.kind is not SlotKind.FILE_NAME or slot.key in unnamed)

    def room(self, slot: Slot) -> int | None:
        """Return how many characters a value can still grow by; None without a limit."""
        return remaining_length(self.template, self.values, slot)

    def can_take_text(self, text: str, slot: Slot) -> bool:
        """Whether the composer's text fits into a slot of the header or the body."""
        if slot.kind is not SlotKind.TEXT:
            return False
        before = {p.reason for p in self.filled.problems if not p.key}
        filled = fill(self.template, {**self.values, slot.key: join_lines(text)})
        return bool(text.strip()) and all(p.key != slot.key and (p.key or p.reason in before) for p in filled.problems)

    def take_text(self, text: str, slot: Slot) -> None:
        value = self.values[slot.key] = join_lines(text)
        self.sources[slot.key] = Source.COMPOSER if value == text.strip() else Source.JOINED


def join_lines(text: str) -> str:
    """Replace all white space by single spaces: WhatsApp accepts no line breaks in a value."""
    return " ".join(text.split())


class FillingStore:
    """Fillings by customer, contact and template, in memory only."""

    def __init__(self) -> None:
        self._fillings: dict[tuple[str, TemplateId, str], Filling] = {}
        self._last: dict[str, TemplateId] = {}

    def open(self, customer_id: str, template: Template, contacts: Sequence[Contact]) -> Filling:
        """Return the filling for the first contact, created from the contacts' values.

        The first contact that has a value provides it.
        """
        self._last[customer_id] = template_id(template)
        key = (customer_id, template_id(template), contacts[0].id if contacts else "")
        filling = self._fillings.get(key)
        if filling is None:
            offered = _offered_values(template, contacts)
            filling = Filling(template, dict(offered), dict.fromkeys(offered, Source.CONTACT), offered)
            self._fillings[key] = filling
        # The template may have been refreshed since.
        filling.template = template
        return filling

    def last(self, customer_id: str) -> TemplateId | None:
        """Return the template that was opened last for this customer."""
        return self._last.get(customer_id)

    def remove(self, customer_id: str, template: Template) -> None:
        for key in [k for k in self._fillings if k[:2] == (customer_id, template_id(template))]:
            del self._fillings[key]
        self._last.pop(customer_id, None)


def template_id(template: Template) -> TemplateId:
    return template.id, template.name, template.language


def contacts_for_route(
    direct_route: DirectRoute | None, conversation_contact_ids: Sequence[str], contacts: Sequence[Contact]
) -> tuple[Contact, ...]:
    """Return the contacts whose values may be used in a message on this route, the recipient first.

    conversation_contact_ids: preferred if several contacts have the route's address.
    """
    own = [c for c in contacts if direct_route is None or direct_route.leads_to([c.id])]
    first = next((c for c in own if c.id in conversation_contact_ids), next(iter(own), None))
    return same_person(contacts, [first.id]) if first is not None else ()


def _offered_values(template: Template, contacts: Sequence[Contact]) -> dict[str, str]:
    offered: dict[str, str] = {}
    for contact in contacts:
        offered = {**suggestions(template, contact), **offered}
    return offered

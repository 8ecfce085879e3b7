"""The identity section: why a customer's contacts are one customer, and possible duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations, islice

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from desktop.domain.identity.customer import ContactMatch, IdentityDecision
from desktop.domain.model.facts import Contact
from desktop.engine.commands import DecideIdentity
from desktop.engine.views import ThreadView
from desktop.text.catalog import strip_isolates
from desktop.text.names import full_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import details as texts
from desktop.ui.details.sections import Part, paragraph, part
from desktop.ui.widgets.buttons import WrappingButton


class IdentitySection(QObject):
    """Creates the widgets of the section for one customer at a time.

    Signals:
        identity_requested: the agent decided on an identity. args: DecideIdentity, its inverse (a DecideIdentity), the
            text to show when done.
    """

    identity_requested = Signal(object, object, str)

    def duplicates(self, view: ThreadView) -> list[Part]:
        """Create the contacts that may be this customer too."""
        parts: list[Part] = []
        for match in (m for m in view.contact_matches if not m.joins):
            parts += self._suggestion(view, match)
        return parts

    def evidence(self, view: ThreadView) -> list[Part]:
        """Create why the contacts are one customer, and what teammates said about them."""
        contacts = view.thread.contacts
        parts: list[Part] = [part(paragraph, sentences) for sentences in _match_sentences(view)]
        # To part two, one button is enough.
        for contact in contacts[1:] if len(contacts) == 2 else contacts if len(contacts) > 2 else ():
            spoken = texts.ACCESSIBLE_NOT_SAME_PERSON(name=texts.contact_name(contact))
            heading = part(paragraph, texts.contact_heading(contact), muted=True)
            parts += [heading, part(self._button, texts.NOT_SAME_PERSON(), *_separation(view, contact), spoken)]
        for decision in view.identity_decisions:
            parts += self._decision(view, decision)
        return parts

    def _suggestion(self, view: ThreadView, match: ContactMatch) -> list[Part]:
        other = view.suggested_contacts.get(match.one) or view.suggested_contacts.get(match.other)
        if other is None:
            return []
        decision, name = IdentityDecision(match.one, match.other, same=True), texts.contact_name(other)
        denied = IdentityDecision(decision.one, decision.other, same=False)
        merge = part(
            self._button,
            texts.MERGE(),
            DecideIdentity((decision,)),
            DecideIdentity(revoked=(decision,)),
            texts.MERGED(one=name, other=full_name(view.name)),
            texts.ACCESSIBLE_MERGE(name=name),
        )
        separate = part(
            self._button,
            texts.NOT_SAME_PERSON(),
            DecideIdentity((denied,)),
            DecideIdentity(revoked=(denied,)),
            texts.NOT_SUGGESTED_AGAIN(name=name),
            texts.ACCESSIBLE_NOT_SAME_PERSON(name=name),
        )
        return [
            part(paragraph, texts.contact_description(other)),
            part(paragraph, describe(match.reason), muted=True),
            merge,
            separate,
        ]

    def _decision(self, view: ThreadView, decision: IdentityDecision) -> list[Part]:
        people = {c.id: c for c in view.thread.contacts} | dict(view.suggested_contacts)
        one, other = (
            texts.contact_name(people[i]) if i in people else texts.a_contact() for i in (decision.one, decision.other)
        )
        sentence = texts.decision_sentence(decision, one, other)
        button = part(
            self._button,
            texts.UNDO(),
            DecideIdentity(revoked=(decision,)),
            DecideIdentity((decision,)),
            texts.DECIDED_AUTOMATICALLY(),
            texts.ACCESSIBLE_UNDO(decision=sentence),
        )
        return [part(paragraph, sentence), button]

    def _button(
        self, text: str, command: DecideIdentity, undo: DecideIdentity, done_text: str, spoken: str
    ) -> QPushButton:
        button = WrappingButton(text)
        button.setAccessibleName(strip_isolates(spoken))
        button.clicked.connect(partial(self._request, command, undo, done_text))
        return button

    def _request(self, command: DecideIdentity, undo: DecideIdentity, done_text: str, _checked: bool = False) -> None:
        self.identity_requested.emit(command, undo, done_text)


def _separation(view: ThreadView, contact: Contact) -> tuple[DecideIdentity, DecideIdentity, str]:
    """Return the decision that a contact is another customer, its inverse, and the text to show when done."""
    others = [c.id for c in view.thread.contacts if c.id != contact.id]
    decisions = tuple(IdentityDecision(contact.id, other, same=False) for other in others)
    replaced = tuple(
        d for d in view.identity_decisions if contact.id in (d.one, d.other) and {d.one, d.other} & set(others)
    )
    undo = DecideIdentity(replaced, revoked=decisions)
    return DecideIdentity(decisions), undo, texts.SEPARATED(name=texts.contact_name(contact))


def _match_sentences(view: ThreadView) -> Iterator[str]:
    """Yield the strongest reason for each pair of contacts."""
    people = {c.id: c for c in view.thread.contacts}
    for one, other in combinations(people, 2):
        matches = (m for m in view.contact_matches if m.joins and {m.one, m.other} == {one, other})
        for match in islice(matches, 1):
            yield texts.one_customer(people[one], people[other], match)

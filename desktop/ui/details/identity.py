"""The identity section: a customer's contacts, why they are one customer, and possible duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.domain.identity.customer import ContactMatch, IdentityDecision
from desktop.domain.model.facts import Contact
from desktop.engine.commands import DecideIdentity
from desktop.engine.views import ThreadView
from desktop.text.reasons.describe import describe
from desktop.ui.details.sections import paragraph
from desktop.ui.widgets import layouts
from desktop.ui.wording import thread

PLACEHOLDER_ID_PREFIX = "conversation:"
"""Start of the id of a contact created for a conversation without one; such an id is not shown."""


class IdentitySection(QObject):
    """Creates the widgets of the section for one customer at a time.

    Signals:
        identity_requested: the agent decided on an identity. args: DecideIdentity, its inverse (a DecideIdentity), the
            text to show when done.
        merge_requested: merge with a customer who is to be chosen. arg: id of one of the shown customer's contacts.
        forget_requested: remove this customer's data. arg: the customer's id.
    """

    identity_requested = Signal(object, object, str)
    merge_requested = Signal(str)
    forget_requested = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands: dict[QPushButton, tuple[DecideIdentity, DecideIdentity, str]] = {}

    def widgets(self, view: ThreadView) -> list[QWidget]:
        """Create the widgets; those of an earlier call must be deleted."""
        self._commands = {}
        contacts = view.thread.contacts
        widgets: list[QWidget] = []
        for contact in contacts:
            if len(contacts) > 1:
                widgets.append(paragraph(f"{_contact_name(contact)} · {contact.role or 'contact'}"))
            widgets += contact_facts(contact)
            reasons = (match_text(match, contact, view) for match in _joining_matches(view, contact))
            widgets += [paragraph(reason, muted=True) for reason in reasons]
            if len(contacts) > 1:
                spoken = f"Say that {_contact_name(contact)} is not the same person"
                widgets.append(self._button("Not the same person…", *_separation(view, contact), spoken))
        suggested = [s for s in view.contact_matches if not s.joins]
        if suggested:
            widgets.append(paragraph("Possible duplicates", muted=True))
        for match in suggested:
            widgets += self._suggestion(view, match)
        for decision in view.identity_decisions:
            widgets += self._decision(view, decision)
        if contacts:
            merge = shrinkable(QPushButton("Same as another customer…"))
            merge.setAccessibleName(f"Say that {_name(view)} is the same as another customer")
            merge.setProperty("contact", contacts[0].id)
            merge.clicked.connect(self._on_merge)
            forget = shrinkable(QPushButton("Forget this customer…"))
            forget.setAccessibleName(f"Forget {_name(view)}: leave nothing on this computer")
            forget.setProperty("customer", view.customer_id)
            forget.clicked.connect(self._on_forget)
            widgets += [merge, forget]
        return widgets

    def _suggestion(self, view: ThreadView, match: ContactMatch) -> list[QWidget]:
        other = view.suggested_contacts.get(match.one) or view.suggested_contacts.get(match.other)
        if other is None:
            return []
        decision = IdentityDecision(match.one, match.other, same=True)
        name = _contact_name(other)
        same = (
            DecideIdentity((decision,)),
            DecideIdentity(revoked=(decision,)),
            f"{name} and {_name(view)} are one customer now.",
        )
        denied = IdentityDecision(decision.one, decision.other, same=False)
        never = DecideIdentity((denied,)), DecideIdentity(revoked=(denied,)), f"{name} is not suggested here again."
        row = QWidget()
        layouts.row(
            self._button("Same", *same, f"Say that {name} is the same person"),
            self._button("Not the same person", *never, f"Say that {name} is not the same person"),
            parent=row,
        )
        return [paragraph(f"{_contact_description(other)}\n{describe(match.reason)} ({match.confidence} % sure)"), row]

    def _decision(self, view: ThreadView, decision: IdentityDecision) -> list[QWidget]:
        people = {c.id: c for c in view.thread.contacts} | dict(view.suggested_contacts)
        one, other = (_contact_name(people[i]) if i in people else "a contact" for i in (decision.one, decision.other))
        verb = "are one customer" if decision.same else "are two customers"
        button = self._button(
            "Take this back",
            DecideIdentity(revoked=(decision,)),
            DecideIdentity((decision,)),
            "What they have in common decides again.",
            f"Take back that {one} and {other} {verb}",
        )
        return [paragraph(f"Somebody here said: {one} and {other} {verb}.", muted=True), button]

    def _button(
        self, text: str, command: DecideIdentity, undo: DecideIdentity, done_text: str, spoken: str
    ) -> QPushButton:
        button = shrinkable(QPushButton(text))
        button.setAccessibleName(spoken)
        button.clicked.connect(self._on_pressed)
        self._commands[button] = (command, undo, done_text)
        return button

    def _on_pressed(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, QPushButton) and pressed in self._commands:
            self.identity_requested.emit(*self._commands[pressed])

    def _on_merge(self) -> None:
        self.merge_requested.emit(self.sender().property("contact"))

    def _on_forget(self) -> None:
        self.forget_requested.emit(self.sender().property("customer"))


def _separation(view: ThreadView, contact: Contact) -> tuple[DecideIdentity, DecideIdentity, str]:
    """Return the decision that a contact is another customer, its inverse, and the text to show when done."""
    others = [c.id for c in view.thread.contacts if c.id != contact.id]
    decisions = tuple(IdentityDecision(contact.id, other, same=False) for other in others)
    replaced = tuple(
        d for d in view.identity_decisions if contact.id in (d.one, d.other) and {d.one, d.other} & set(others)
    )
    undo = DecideIdentity(replaced, revoked=decisions)
    return DecideIdentity(decisions), undo, f"{_contact_name(contact)} is a customer of their own now."


def contact_facts(contact: Contact) -> list[QWidget]:
    """Create rows with the contact's phone, email, ids and place."""
    facts = [
        ("Phone", contact.phone),
        ("E-mail", contact.email),
        (contact.role.capitalize() or "Contact", "" if contact.id.startswith(PLACEHOLDER_ID_PREFIX) else contact.id),
        ("Place", contact.location),
    ]
    facts += [(n, v) for n, v in sorted(contact.bridge_attributes.items()) if is_channel_identity(n)]
    return [fact_row(name, value) for name, value in facts if value]


def is_channel_identity(attribute: str) -> bool:
    """Return whether an attribute set by the bridge identifies the customer on a channel."""
    return attribute.endswith(("id", "phone"))


def shrinkable(button: QPushButton) -> QPushButton:
    """Let the button become narrower than its text, which would otherwise widen the pane."""
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return button


def fact_row(name: str, value: str) -> QWidget:
    """Create a name above its value; the value is isolated from the direction of the text around it."""
    row = QWidget()
    label = paragraph(name.replace("_", " "), muted=True)
    layouts.column(label, paragraph(f"\u2068{value}\u2069", selectable=True), parent=row, spacing=0)
    return row


def match_text(match: ContactMatch, contact: Contact, view: ThreadView) -> str:
    """Return for example `One customer with the lead Ana Silva (95 % sure). Same phone number.`"""
    people = {c.id: c for c in view.thread.contacts}
    other = people.get(match.other if match.one == contact.id else match.one)
    with_whom = f" with {_contact_description(other)}" if other is not None else ""
    return f"One customer{with_whom} ({match.confidence} % sure). {describe(match.reason)}"


def _joining_matches(view: ThreadView, contact: Contact) -> Iterator[ContactMatch]:
    """Yield the strongest reason for each pair of contacts, at the later contact of the pair."""
    ids = [c.id for c in view.thread.contacts]
    for one, other in combinations(ids, 2):
        if other == contact.id:
            reasons = (s for s in view.contact_matches if s.joins and {s.one, s.other} == {one, other})
            yield from list(reasons)[:1]


def _contact_description(contact: Contact) -> str:
    """Return for example `the lead Ana Silva, +54 9 11 …`."""
    known = contact.phone or contact.email
    return f"the {contact.role or 'contact'} {_contact_name(contact)}" + (f", \u2066{known}\u2069" if known else "")


def _contact_name(contact: Contact) -> str:
    return thread.display_name(contact.name) if contact.name.strip() else (contact.email or contact.phone or contact.id)


def _name(view: ThreadView) -> str:
    return thread.display_name(view.name)

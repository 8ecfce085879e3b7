"""Who is she: her contacts, why they are held to be one customer, who else may be she, and a person's word on it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.identity.customer import ContactMatch, IdentityDecision
from desktop.domain.model.facts import Contact
from desktop.engine.commands import DecideIdentity
from desktop.engine.views import ThreadView
from desktop.ui.details.sections import label
from desktop.ui.look.theme import GAP
from desktop.ui.wording import thread

STAND_IN = "conversation:"
"""Begins the id of a contact we made up for a conversation without any: nobody is known by it."""


class Identities(QObject):
    """Makes the widgets of the section for one customer at a time.

    Signals:
        said: the agent's word. args: DecideIdentity, what takes it back (DecideIdentity), and what to tell about it.
        link_requested: join her with a customer that is to be chosen. arg: a contact of hers.
        forget_requested: leave nothing of her here. arg: the customer's id.
    """

    said = Signal(object, object, str)
    link_requested = Signal(str)
    forget_requested = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wishes: dict[QPushButton, tuple[DecideIdentity, DecideIdentity, str]] = {}

    def widgets(self, view: ThreadView) -> list[QWidget]:
        self._wishes = {}
        hers = view.thread.contacts
        made: list[QWidget] = []
        for contact in hers:
            if len(hers) > 1:
                made.append(label(f"{_called(contact)} · {contact.role or 'contact'}"))
            made += facts_of(contact)
            made += [label(why(s, contact, view), muted=True) for s in _joining(view, contact)]
            if len(hers) > 1:
                made.append(self._button("Not she…", *_part(view, contact), f"Say that {_called(contact)} is not she"))
        suggested = [s for s in view.contact_matches if not s.joins]
        if suggested:
            made.append(label("May also be she", muted=True))
        for likeness in suggested:
            made += self._suggestion(view, likeness)
        for word in view.identity_decisions:
            made += self._said_before(view, word)
        if hers:
            link = narrow(QPushButton("Same as another customer…"))
            link.setAccessibleName(f"Say that {_name(view)} is the same as another customer")
            link.setProperty("contact", hers[0].id)
            link.clicked.connect(self._on_link)
            forget = narrow(QPushButton("Forget this customer…"))
            forget.setAccessibleName(f"Forget {_name(view)}: leave nothing on this computer")
            forget.setProperty("customer", view.customer_id)
            forget.clicked.connect(self._on_forget)
            made += [link, forget]
        return made

    def _suggestion(self, view: ThreadView, likeness: ContactMatch) -> list[QWidget]:
        other = view.suggested_contacts.get(likeness.one) or view.suggested_contacts.get(likeness.other)
        if other is None:
            return []
        word = IdentityDecision(likeness.one, likeness.other, same=True)
        name = _called(other)
        same = (
            DecideIdentity((word,)),
            DecideIdentity(revoked=(word,)),
            f"{name} and {_name(view)} are one customer now.",
        )
        denied = IdentityDecision(word.one, word.other, same=False)
        never = DecideIdentity((denied,)), DecideIdentity(revoked=(denied,)), f"{name} is not suggested here again."
        row = QWidget()
        buttons = QHBoxLayout(row)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(GAP)
        buttons.addWidget(self._button("Same", *same, f"Say that {name} is she"))
        buttons.addWidget(self._button("Not she", *never, f"Say that {name} is not she"))
        return [label(f"{_described(other)}\n{likeness.reason} ({likeness.confidence} % sure)"), row]

    def _said_before(self, view: ThreadView, word: IdentityDecision) -> list[QWidget]:
        people = {c.id: c for c in view.thread.contacts} | dict(view.suggested_contacts)
        one, other = (_called(people[i]) if i in people else "a contact" for i in (word.one, word.other))
        verb = "are one customer" if word.same else "are two customers"
        button = self._button(
            "Take this back",
            DecideIdentity(revoked=(word,)),
            DecideIdentity((word,)),
            "What they have in common decides again.",
            f"Take back that {one} and {other} {verb}",
        )
        return [label(f"Somebody here said: {one} and {other} {verb}.", muted=True), button]

    def _button(self, text: str, wish: DecideIdentity, undo: DecideIdentity, told: str, spoken: str) -> QPushButton:
        button = narrow(QPushButton(text))
        button.setAccessibleName(spoken)
        button.clicked.connect(self._on_pressed)
        self._wishes[button] = (wish, undo, told)
        return button

    def _on_pressed(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, QPushButton) and pressed in self._wishes:
            self.said.emit(*self._wishes[pressed])

    def _on_link(self) -> None:
        self.link_requested.emit(self.sender().property("contact"))

    def _on_forget(self) -> None:
        self.forget_requested.emit(self.sender().property("customer"))


def _part(view: ThreadView, contact: Contact) -> tuple[DecideIdentity, DecideIdentity, str]:
    """That this contact is none of the others, and what brings back the words that it replaces."""
    others = [c.id for c in view.thread.contacts if c.id != contact.id]
    words = tuple(IdentityDecision(contact.id, other, same=False) for other in others)
    before = tuple(
        w for w in view.identity_decisions if contact.id in (w.one, w.other) and {w.one, w.other} & set(others)
    )
    undo = DecideIdentity(before, revoked=words)
    return DecideIdentity(words), undo, f"{_called(contact)} is a customer of their own now."


def facts_of(contact: Contact) -> list[QWidget]:
    """What the contact is known by; numbers run left to right in every language."""
    facts = [
        ("Phone", contact.phone),
        ("E-mail", contact.email),
        (contact.role.capitalize() or "Contact", "" if contact.id.startswith(STAND_IN) else contact.id),
        ("Place", contact.location),
    ]
    facts += [(name, value) for name, value in sorted(contact.bridge_attributes.items()) if value and names_her(name)]
    return [fact(name, value) for name, value in facts if value]


def names_her(attribute: str) -> bool:
    """A bridge's attribute that tells who she is on a channel; it stands among the identities."""
    return attribute.endswith(("id", "phone"))


def narrow(button: QPushButton) -> QPushButton:
    """Its words must not make the pane wider than it is: what is cut off there is cut off everywhere."""
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return button


def fact(name: str, value: str) -> QWidget:
    row = QWidget()
    texts = QVBoxLayout(row)
    texts.setContentsMargins(0, 0, 0, 0)
    texts.setSpacing(0)
    texts.addWidget(label(name.replace("_", " "), muted=True))
    texts.addWidget(label(f"\u2068{value}\u2069", selectable=True))
    return row


def why(likeness: ContactMatch, contact: Contact, view: ThreadView) -> str:
    """`One customer with the lead Ana Silva: they have the same phone number. (95 % sure)`."""
    people = {c.id: c for c in view.thread.contacts}
    other = people.get(likeness.other if likeness.one == contact.id else likeness.one)
    reason = likeness.reason[:1].lower() + likeness.reason[1:].rstrip(".")
    with_whom = f" with {_described(other)}" if other is not None else ""
    return f"One customer{with_whom}: {reason} ({likeness.confidence} % sure)."


def _joining(view: ThreadView, contact: Contact) -> Iterator[ContactMatch]:
    """The strongest reason for each other contact, told once, at the later of the two."""
    ids = [c.id for c in view.thread.contacts]
    for one, other in combinations(ids, 2):
        if other == contact.id:
            reasons = (s for s in view.contact_matches if s.joins and {s.one, s.other} == {one, other})
            yield from list(reasons)[:1]


def _described(contact: Contact) -> str:
    """`the lead Ana Silva, +54 9 11 …`."""
    known = contact.phone or contact.email
    return f"the {contact.role or 'contact'} {_called(contact)}" + (f", \u2066{known}\u2069" if known else "")


def _called(contact: Contact) -> str:
    return thread.called(contact.name) if contact.name.strip() else (contact.email or contact.phone or contact.id)


def _name(view: ThreadView) -> str:
    return thread.called(view.name)

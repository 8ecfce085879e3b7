"""Edits of the customer on the screen: what is open, what was entered and not saved, and what Intercom answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.identity.contact_data import (
    EMAIL,
    NAME,
    PHONE,
    AttributeDefinition,
    Company,
    ContactField,
    ContactFieldKind,
    ContactNote,
)
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import Contact
from desktop.engine.commands import (
    AddContactNote,
    Answer,
    ContactChange,
    Done,
    EditContact,
    Failed,
    JoinCompany,
    LeaveCompany,
    MergeContacts,
    TagContact,
    UntagContact,
    ValueChanged,
)
from desktop.engine.protocols import Engine
from desktop.engine.views import ConnectionView, CustomerDetails, ThreadView, WorkspaceView
from desktop.text.formats import date_and_time
from desktop.text.reasons.describe import describe
from desktop.text.screens import details as texts
from desktop.text.screens.inbox import UNDONE
from desktop.ui.details.contact import PLACEHOLDER_ID_PREFIX, fact_row
from desktop.ui.details.editing.inline_editor import InlineEditor
from desktop.ui.details.editing.rows import AddRow, EditableRow, FieldRow, FieldTarget, removable_chips
from desktop.ui.details.editing.values import LineField, PageField, shown_value
from desktop.ui.details.sections import Part, paragraph, part
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_hint, small_button
from desktop.ui.widgets.choice_popup import Choice, ChoicePopup
from desktop.ui.widgets.connection_line import OFFLINE_STATES

LOAD_AFTER_MS = 250
"""Who only passes through the list of customers asks Intercom nothing."""
NEWEST_NOTES = 3
ADD_NOTE_ROW = "note"
"""Name of the row that adds a note."""
_LANGUAGE = "language"
_Key = tuple[str, ...]
"""What a draft is of: contact, and field or kind of thing."""


class ContactEditing(QObject):
    """Creates the rows that can be edited, for one customer at a time.

    Signals:
        changed: what is known of the customer, or what is open, has changed.
        done: args: a sentence that says what was done, and the command that takes it back, or None.
        copied: arg: a sentence that says what is in the clipboard.
    """

    changed = Signal()
    done = Signal(str, object)
    copied = Signal(str)

    def __init__(self, engine: Engine | None, theme: Theme, parent: QWidget) -> None:
        """engine: None where nothing can be changed."""
        super().__init__(parent)
        self._engine, self._theme, self._window = engine, theme, parent
        self._contacts: tuple[Contact, ...] = ()
        self._details: CustomerDetails | None = None
        self._workspace: WorkspaceView | None = None
        self._customer_id = ""
        self._drafts: dict[_Key, str] = {}
        self._open: dict[_Key, InlineEditor] = {}
        self._adding: ContactField | None = None
        self._has_all_notes = self._is_offline = False
        self._popup: ChoicePopup | None = None
        self._timer = QTimer(self, singleShot=True, interval=LOAD_AFTER_MS)
        self._timer.timeout.connect(self._load)

    # --- what is known -----------------------------------------------------------------------------------------------

    def show_customer(self, view: ThreadView | None, workspace: WorkspaceView | None) -> None:
        """Set the customer on the screen. What was entered for the one before stays until they are shown again."""
        customer_id = view.customer_id if view is not None else ""
        self._workspace = workspace
        self._contacts = view.thread.contacts if view is not None else ()
        if customer_id != self._customer_id:
            self._leave()
            self._customer_id, self._details = customer_id, None
            self._timer.start()

    @property
    def contact(self) -> Contact | None:
        """The contact that gets what is added: a user before a lead. None where Intercom knows none."""
        return min(filter(self._can_change, self._contacts), key=_users_first, default=None)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the customer's Messengers and browsers."""
        extras = self._details.extras if self._details is not None else ()
        return tuple(dict.fromkeys(e.language for e in extras if e.language))

    @property
    def pair_to_merge(self) -> tuple[tuple[Contact, ...], Contact] | None:
        """The leads that can be merged, and the user; None without either."""
        known = tuple(filter(self._can_change, self._contacts))
        leads = tuple(c for c in known if c.role == "lead")
        user = next((c for c in known if c.role == "user"), None)
        return (leads, user) if leads and user is not None else None

    def _can_change(self, contact: Contact) -> bool:
        return self._engine is not None and not contact.id.startswith(PLACEHOLDER_ID_PREFIX)

    def _load(self) -> None:
        ids = [c.id for c in sorted(filter(self._can_change, self._contacts), key=_users_first)]
        if ids and self._engine is not None:
            load = self._engine.contact_details.load(ids)
            self._engine.tasks.start(load, "read a customer's details", partial(self._on_loaded, self._customer_id))

    def show_connection(self, connection: ConnectionView) -> None:
        """Ask again for what could not be read while Intercom could not be reached."""
        was_offline, self._is_offline = self._is_offline, connection.state in OFFLINE_STATES
        if was_offline and not self._is_offline and self._details is not None and self._details.error:
            self._timer.start()

    def _on_loaded(self, customer_id: str, details: CustomerDetails) -> None:
        if customer_id == self._customer_id:
            self._details = details
            self.changed.emit()

    def continue_from(self, former: ContactEditing) -> None:
        """Take over what was entered in another window and not saved."""
        former._leave()
        self._drafts = former._drafts

    def forget_drafts(self) -> None:
        """Keep nothing that was entered and not saved."""
        self._drafts.clear()

    def _leave(self) -> None:
        self._timer.stop()
        for key, editor in self._open.items():
            self._drafts[key] = editor.value
            editor.close_editor()
        self._open.clear()
        self._adding, self._has_all_notes = None, False

    # --- rows --------------------------------------------------------------------------------------------------------

    def name_row(self, view: ThreadView, shown: str) -> FieldTarget | None:
        """The name as a field; None where there is none to change. shown: what the heading says."""
        contact = self.contact
        if contact is None:
            return None
        return FieldTarget(contact.id, NAME, texts.NAME(), contact.name or shown, is_heading=True)

    def address_parts(self) -> list[Part]:
        """Phone numbers and email addresses, each once, and buttons for what is missing."""
        parts: list[Part] = []
        known = ((PHONE, texts.PHONE(), texts.ADD_PHONE()), (EMAIL, texts.EMAIL(), texts.ADD_EMAIL()))
        for field, label, add_label in known:
            values = list(dict.fromkeys(v for c in self._contacts if (v := field.value_of(c)).strip()))
            parts += [part(self.field_row, self._target(field, label, value)) for value in values]
            if not values and self.contact is not None:
                target = FieldTarget(self.contact.id, field, label, "", add_label=add_label, is_address=True)
                parts.append(part(self.field_row, target))
        return parts

    def _target(self, field: ContactField, label: str, value: str) -> FieldTarget:
        owners = [c for c in self._contacts if field.value_of(c) == value]
        owner = min(owners, key=lambda c: (not self._can_change(c), _users_first(c)))
        remark = texts.SHARED_VALUE(name=texts.contact_heading(owner)) if len(owners) > 1 else ""
        can_edit = self._can_change(owner)
        return FieldTarget(owner.id, field, label, value, is_address=True, can_edit=can_edit, remark=remark)

    def attribute_parts(self) -> list[Part]:
        """The workspace's own attributes, and a button for those without a value."""
        definitions = {d.name: d for d in self._details.definitions} if self._details is not None else {}
        facts = [
            (c, n, v)
            for c in self._contacts
            for n, v in sorted(c.attributes.items())
            if v and n.casefold() != _LANGUAGE
        ]
        parts, seen = [], set[tuple[str, str]]()
        for contact, attribute, value in facts:
            if (attribute, value) not in seen:
                seen.add((attribute, value))
                parts.append(part(self.field_row, self._attribute(contact, attribute, value, definitions)))
        if self._adding is not None and self.contact is not None:
            target = self._attribute(self.contact, self._adding.attribute, "", definitions, starts_open=True)
            parts.append(part(self.field_row, target))
        elif self._unset(definitions.values()):
            parts.append(part(self._add_attribute_button))
        return parts

    def _attribute(
        self,
        contact: Contact,
        attribute: str,
        value: str,
        definitions: dict[str, AttributeDefinition],
        *,
        starts_open: bool = False,
    ) -> FieldTarget:
        definition = definitions.get(attribute)
        label = definition.label if definition is not None else attribute
        return FieldTarget(
            contact.id,
            ContactField(ContactFieldKind.ATTRIBUTE, attribute),
            label.replace("_", " "),
            value,
            definition,
            can_edit=definition is not None and definition.is_writable and self._can_change(contact),
            starts_open=starts_open,
        )

    def _unset(self, definitions: Iterable[AttributeDefinition]) -> list[AttributeDefinition]:
        contact = self.contact
        if contact is None:
            return []
        return [d for d in definitions if d.is_writable and not contact.attributes.get(d.name)]

    def tag_parts(self, of_conversations: Sequence[Part]) -> list[Part]:
        """The customer's own tags, then those of the conversations."""
        parts: list[Part] = []
        extras = self._details.extras if self._details is not None else ()
        tags = tuple((e.contact.id, tag) for e in extras for tag in e.tags)
        if self._details is not None and self.contact is not None:
            parts.append(part(paragraph, texts.TAGS_OF_CUSTOMER(), muted=True))
            parts += [part(self._tags, tags)] if tags else []
            parts.append(part(self._add_tag_button, tuple(tag for _, tag in tags)))
        if of_conversations and parts:
            parts.append(part(paragraph, texts.TAGS_OF_CONVERSATIONS(), muted=True))
        return [*parts, *of_conversations]

    def company_parts(self) -> list[Part]:
        """The companies that the customer is in."""
        if self._details is None or self.contact is None:
            return []
        companies = tuple((e.contact.id, c) for e in self._details.extras for c in e.companies)
        parts = [part(self._companies, companies)] if companies else []
        return [*parts, part(self._add_company_row, self.contact.id)]

    def note_parts(self) -> list[Part]:
        """Notes on the customer, newest first, and a button for a new one."""
        if self.contact is None:
            return []
        parts = [part(self._add_note_row, self.contact.id)]
        if self._details is None:
            return parts
        notes = [note for extras in self._details.extras for note in extras.notes]
        notes.sort(key=_written, reverse=True)
        shown = notes if self._has_all_notes else notes[:NEWEST_NOTES]
        parts += [part(fact_row, _note_heading(note), note.text) for note in shown]
        if len(shown) < len(notes):
            parts.append(part(self._more_notes_button, len(notes) - len(shown)))
        if self._details.error:
            reason = describe(self._details.error)
            parts.append(part(paragraph, texts.DETAILS_MISSING(reason=reason), muted=True))
        return parts

    def field_row(self, target: FieldTarget, parent: QWidget | None = None) -> FieldRow:
        """Return a row for a field of a contact."""
        key = (target.contact_id, target.field.kind, target.field.attribute)
        row = FieldRow(self._theme, target, self._drafts.pop(key, None), parent)
        row.copied.connect(self._copy)
        self._follow(row, key)
        row.save_requested.connect(partial(self._save_field, row, key, target.value))
        if target.starts_open:
            row.cancelled.connect(self._stop_adding)
            row.begin()
        return row

    def _follow(self, row: EditableRow, key: _Key) -> None:
        row.opened.connect(partial(self._on_opened, key))
        row.cancelled.connect(partial(self._on_cancelled, key))

    def _on_opened(self, key: _Key, editor: InlineEditor) -> None:
        self._open[key] = editor

    def _on_cancelled(self, key: _Key) -> None:
        self._open.pop(key, None)
        self.changed.emit()

    def _stop_adding(self) -> None:
        self._adding = None
        self.changed.emit()

    def _copy(self, value: str) -> None:
        QGuiApplication.clipboard().setText(value)
        self.copied.emit(texts.COPIED(value=value))

    # --- saving ------------------------------------------------------------------------------------------------------

    def submit(self, change: ContactChange, done_text: str, then: Callable[[Answer], None] | None = None) -> None:
        """Make a change; `done` says when it is made. then: gets every answer before that."""
        if self._engine is not None:
            self._engine.command_handler.submit(change, partial(self._on_answer, done_text, then))

    def _on_answer(self, done_text: str, then: Callable[[Answer], None] | None, answer: Answer) -> None:
        if then is not None:
            then(answer)
        if isinstance(answer, Done):
            self.done.emit(done_text, answer.contact_undo)
            self._load()
        elif isinstance(answer, Failed) and then is None:
            self.done.emit(describe(answer.reason), None)
        self.changed.emit()

    def undo(self, command: ContactChange) -> None:
        """Take a change back."""
        if self._engine is not None:
            self._engine.command_handler.submit(command, self._on_undone)

    def _on_undone(self, answer: Answer) -> None:
        if isinstance(answer, ValueChanged):
            self.done.emit(_changed_by_others(answer.value), None)
        else:
            self.done.emit(describe(answer.reason) if isinstance(answer, Failed) else UNDONE(), None)
        self._load()
        self.changed.emit()

    def _save_field(self, row: FieldRow, key: _Key, seen: str, value: str, editor: InlineEditor) -> None:
        target = row.target
        change = EditContact(target.contact_id, target.field, value, seen)
        done = (texts.CHANGED if value.strip() else texts.FIELD_REMOVED)(field=target.label)
        editor.set_saving(True)
        self.submit(change, done, partial(self._on_field_answer, row, key, value, editor))

    def _on_field_answer(self, row: FieldRow, key: _Key, value: str, editor: InlineEditor, answer: Answer) -> None:
        if self._open.get(key) is not editor:
            # Closed while it was on its way.
            if not isinstance(answer, Done):
                self._drafts[key] = value
            return
        if isinstance(answer, ValueChanged):
            replace = partial(self._save_field, row, key, answer.value, value, editor)
            about = _changed_by_others(shown_value(row.target.definition, answer.value))
            editor.ask(about, (texts.REPLACE(), replace), (texts.KEEP_THEIRS(), editor.cancel))
        elif isinstance(answer, Failed):
            editor.show_problem(describe(answer.reason))
        else:
            self._close(row, key)
            self._adding = None

    def _close(self, row: EditableRow, key: _Key) -> None:
        self._open.pop(key, None)
        row.close_editor()

    # --- attributes, tags, companies, notes --------------------------------------------------------------------------

    def _add_attribute_button(self) -> QWidget:
        button = small_button(texts.ADD_ATTRIBUTE())
        button.clicked.connect(lambda: self._choose_attribute(button))
        return _at_start(button)

    def _choose_attribute(self, button: QPushButton) -> None:
        unset = self._unset(self._details.definitions if self._details is not None else ())
        choices = [Choice(d.name, d.label.replace("_", " ")) for d in sorted(unset, key=lambda d: d.label.casefold())]
        self._popup_of_choices.open_at(_below(button), texts.ADD_ATTRIBUTE(), choices, self._add_attribute)

    def _add_attribute(self, attribute: str) -> None:
        self._adding = ContactField(ContactFieldKind.ATTRIBUTE, attribute)
        self.changed.emit()

    @property
    def _popup_of_choices(self) -> ChoicePopup:
        if self._popup is None:
            self._popup = ChoicePopup(self._theme, self._window)
        return self._popup

    def _tags(self, tags: Sequence[tuple[str, str]]) -> QWidget:
        return removable_chips(self._theme, tags, lambda tag: texts.REMOVE_TAG(tag=tag), self._untag)

    def _untag(self, contact_id: str, tag: str) -> None:
        self.submit(UntagContact(contact_id, tag), texts.TAG_REMOVED(tag=tag))

    def _add_tag_button(self, present: Sequence[str]) -> QWidget:
        button = small_button(texts.ADD_TAG())
        button.clicked.connect(lambda: self._choose_tag(button, present))
        return _at_start(button)

    def _choose_tag(self, button: QPushButton, present: Sequence[str]) -> None:
        known = {tag.casefold() for tag in present}
        names = [t.name for t in (self._workspace.tags if self._workspace is not None else ())]
        choices = [Choice(name, name) for name in names if name.casefold() not in known]
        self._popup_of_choices.open_at(
            _below(button), texts.ADD_TAG(), choices, self._tag, lambda typed: texts.NEW_TAG(tag=typed), self._tag
        )

    def _tag(self, tag: str) -> None:
        if self.contact is not None:
            self.submit(TagContact(self.contact.id, tag), texts.TAG_ADDED(tag=tag))

    def _companies(self, companies: Sequence[tuple[str, Company]]) -> QWidget:
        ids = {(contact_id, company.name): company.id for contact_id, company in companies}

        def leave(contact_id: str, name: str) -> None:
            self.submit(LeaveCompany(contact_id, ids[contact_id, name], name), texts.COMPANY_REMOVED(company=name))

        items = [(contact_id, company.name) for contact_id, company in companies]
        return removable_chips(self._theme, items, lambda name: texts.REMOVE_COMPANY(company=name), leave)

    def _add_company_row(self, contact_id: str) -> QWidget:
        key = (contact_id, "company")

        def make_field(draft: str) -> LineField:
            field = LineField(draft)
            show_hint(field.edit, texts.COMPANY_NAME())
            return field

        row = AddRow(self._theme, texts.ADD_COMPANY(), make_field, self._drafts.pop(key, None))
        self._follow(row, key)
        row.save_requested.connect(partial(self._join, row, key, False))
        return row

    def _join(self, row: AddRow, key: _Key, create: bool, name: str, editor: InlineEditor) -> None:
        change = JoinCompany(key[0], name, create)
        editor.set_saving(True)
        done = texts.COMPANY_ADDED(company=name.strip())
        self.submit(change, done, partial(self._on_joined, row, key, name, editor))

    def _on_joined(self, row: AddRow, key: _Key, name: str, editor: InlineEditor, answer: Answer) -> None:
        if isinstance(answer, Failed) and answer.reason.code == CommandReason.NO_SUCH_COMPANY:
            if self._open.get(key) is editor:
                create = partial(self._join, row, key, True, name, editor)
                editor.ask(describe(answer.reason), (texts.CREATE_COMPANY(), create), (texts.CANCEL(), editor.cancel))
            return
        self._on_added(row, key, name, editor, answer)

    def _add_note_row(self, contact_id: str) -> QWidget:
        key = (contact_id, "note")
        make_field = partial(PageField, name=texts.NEW_NOTE())
        row = AddRow(self._theme, texts.ADD_NOTE(), make_field, self._drafts.pop(key, None), texts.ADD_NOTE())
        row.setObjectName(ADD_NOTE_ROW)
        self._follow(row, key)
        row.save_requested.connect(partial(self._save_note, row, key))
        return row

    def _save_note(self, row: AddRow, key: _Key, text: str, editor: InlineEditor) -> None:
        editor.set_saving(True)
        then = partial(self._on_added, row, key, text, editor)
        self.submit(AddContactNote(key[0], text), texts.NOTE_ADDED(), then)

    def _on_added(self, row: AddRow, key: _Key, text: str, editor: InlineEditor, answer: Answer) -> None:
        if self._open.get(key) is not editor:
            if not isinstance(answer, Done):
                self._drafts[key] = text
        elif isinstance(answer, Failed):
            editor.show_problem(describe(answer.reason))
        else:
            self._close(row, key)

    def _more_notes_button(self, count: int) -> QWidget:
        return _at_start(small_button(texts.SHOW_ALL_NOTES(count), self._show_all_notes))

    def _show_all_notes(self) -> None:
        self._has_all_notes = True
        self.changed.emit()

    def merge(self, lead: Contact, user: Contact) -> None:
        """Merge them in Intercom, for ever."""
        done = texts.MERGED_IN_INTERCOM(lead=texts.contact_name(lead), user=texts.contact_name(user))
        self.submit(MergeContacts(lead.id, user.id), done)


def _users_first(contact: Contact) -> bool:
    return contact.role != "user"


def _changed_by_others(value: str) -> str:
    return texts.CHANGED_BY_OTHERS(value=value) if value else texts.REMOVED_BY_OTHERS()


def _at_start(button: QWidget) -> QWidget:
    row = QWidget()
    layouts.row(button, "stretch", parent=row)
    return row


def _below(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(QPoint(0, widget.height()))


def _written(note: ContactNote) -> tuple[float, str]:
    return (note.written_at.timestamp() if note.written_at is not None else 0.0, note.id)


def _note_heading(note: ContactNote) -> str:
    name = texts.teammate_name(note.author_name)
    return texts.NOTE_BY(name=name, time=date_and_time(note.written_at)) if note.written_at is not None else name

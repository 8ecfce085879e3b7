"""The fields of a template: one for each slot, with the source of its value and its errors."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.content.template import Slot
from desktop.text.catalog import strip_isolates
from desktop.text.screens import templates as texts
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.templates.form.filling import Filling, Source, join_lines
from desktop.ui.templates.form.sentences import remaining_text, slot_label, source_name
from desktop.ui.templates.form.value_edit import ValueEdit
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import small_button
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.screen_reader.announce import announce


class SlotField(QWidget):
    """The field of one slot.

    Signals:
        edited: the agent changed the value. args: slot key, value.
        text_wanted: the agent wants the composer's text here. arg: slot key.
    """

    edited = Signal(str, str)
    text_wanted = Signal(str)

    def __init__(self, slot: Slot, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slot, self.name, self._theme = slot, name, theme
        title = Paragraph(name)
        self._hint = Paragraph(muted=True)
        self.use_button = small_button(texts.USE_DRAFT(), self._on_use)
        self.use_button.hide()
        self.edit = ValueEdit()
        self.edit.setPlaceholderText(texts.EXAMPLE(example=slot.example) if slot.example else "")
        self.edit.textChanged.connect(self._on_typed)
        title.setBuddy(self.edit)
        self._problem = Paragraph()
        self._problem.hide()
        self.join_button = small_button(texts.ONE_LINE(), self._on_join)
        self.join_button.setToolTip(texts.ONE_LINE_ABOUT())
        self.join_button.hide()
        head = layouts.row(title, self._hint, self.use_button)
        head.setStretchFactor(title, 1)
        foot = layouts.row(self._problem, self.join_button)
        foot.setStretchFactor(self._problem, 1)
        layouts.column(head, self.edit, foot, parent=self, spacing=3)

    @property
    def problem(self) -> str:
        """The error below the value; "" for none."""
        return self._problem.text()

    @property
    def hint(self) -> str:
        """The source of the value and the remaining characters, as text."""
        return self._hint.text()

    def show_value(self, value: str, source: Source, problem: str, remaining: str, *, can_use_text: bool) -> None:
        """remaining: how many characters fit, as text; "" for none."""
        self.edit.blockSignals(True)
        self.edit.set_value(value)
        self.edit.blockSignals(False)
        hint = " · ".join(filter(None, (source_name(source), remaining)))
        self._hint.show_text(hint)
        self.use_button.setVisible(can_use_text)
        if problem != self._problem.text():
            self._problem.setText(problem)
            if problem:
                announce(self.edit, strip_isolates(texts.FIELD_PROBLEM(field=self.name, problem=problem)))
        self._problem.setVisible(bool(problem))
        can_join = bool(problem) and bool(value.strip()) and join_lines(value) != value
        self.join_button.setVisible(can_join)
        self.edit.show_whitespace(can_join)
        description = (hint, problem, self.edit.placeholderText())
        self.edit.setAccessibleName(strip_isolates(self.name))
        self.edit.setAccessibleDescription(strip_isolates("\n".join(filter(None, description))))
        self.use_button.setAccessibleName(strip_isolates(texts.USE_DRAFT_FOR(field=self.name)))
        self.join_button.setAccessibleName(strip_isolates(texts.ONE_LINE_FIELD(field=self.name)))
        self._apply_theme(bool(problem))

    def set_locked(self, locked: bool) -> None:
        self.edit.setReadOnly(locked)
        self.use_button.setEnabled(not locked)
        self.join_button.setEnabled(not locked)

    def _apply_theme(self, has_problem: bool) -> None:
        self._problem.set_text_color(self._theme.color("danger"))
        sheet = f"QPlainTextEdit {{ border-color: {self._theme.colors.danger}; }}" if has_problem else ""
        if sheet != self.edit.styleSheet():
            self.edit.setStyleSheet(sheet)

    def _on_typed(self) -> None:
        self.edited.emit(self.slot.key, self.edit.value)

    def _on_use(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.text_wanted.emit(self.slot.key)

    def _on_join(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.set_value(join_lines(self.edit.value))


class FieldList(QWidget):
    """The fields of all slots.

    Signals:
        changed: a value has changed.
        send_pressed: Ctrl+Enter was pressed in a field.
        past_end: Enter was pressed in the last field.
        reached: a field has received the focus. arg: SlotField.
    """

    changed = Signal()
    send_pressed = Signal()
    past_end = Signal()
    reached = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._filling: Filling | None = None
        self._text = ""
        self.fields: list[SlotField] = []
        self._empty = Paragraph(texts.NOTHING_TO_FILL_IN(), muted=True)
        self._column = layouts.column(self._empty, "stretch", parent=self, margins=(2, 2, GAP, 2))
        theme.changed.connect(self._update)

    def show_filling(self, filling: Filling | None, text: str) -> None:
        """text: the composer's text, offered for slots that can take it."""
        present = [f.slot for f in self.fields]
        self._filling, self._text = filling, text
        slots = list(filling.slots) if filling is not None else []
        names = [slot_label(filling.template, s) for s in slots] if filling is not None else []
        if present != slots or [f.name for f in self.fields] != names:
            self._build(slots, names)
        self._empty.setVisible(filling is not None and not slots)
        self._update()

    def _update(self) -> None:
        filling = self._filling
        if filling is None:
            return
        for field in self.fields:
            key = field.slot.key
            is_empty = not filling.value(key).strip()
            can_use_text = is_empty and filling.can_take_text(self._text, field.slot)
            remaining = remaining_text(filling.room(field.slot)) if not is_empty else ""
            field.show_value(
                filling.value(key), filling.source(key), filling.problem(key), remaining, can_use_text=can_use_text
            )

    def field(self, key: str) -> SlotField | None:
        return next((f for f in self.fields if f.slot.key == key), None)

    def focus_field(self, key: str = "") -> bool:
        """Focus the field of `key`, or else the first incomplete one, or else the first. False if there are none."""
        filling = self._filling
        if not self.fields or filling is None:
            return False
        incomplete = {slot.key for slot in filling.missing()} | {p.key for p in filling.filled.problems}
        first = next((f for f in self.fields if f.slot.key in incomplete), self.fields[0])
        (self.field(key) or first).edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def tab_order(self) -> list[QWidget]:
        return [w for f in self.fields for w in (f.use_button, f.edit, f.join_button)]

    def set_locked(self, locked: bool) -> None:
        for field in self.fields:
            field.set_locked(locked)

    def _build(self, slots: list[Slot], names: list[str]) -> None:
        for old in self.fields:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.fields = [SlotField(slot, name, self._theme) for slot, name in zip(slots, names, strict=True)]
        for index, field in enumerate(self.fields):
            field.edited.connect(self._on_edited)
            field.text_wanted.connect(self._on_text_wanted)
            field.edit.entered.connect(self._on_entered)
            field.edit.focused.connect(self._on_focused)
            field.edit.send_pressed.connect(self.send_pressed)
            self._column.insertWidget(1 + index, field)
            field.show()

    def _on_edited(self, key: str, value: str) -> None:
        if self._filling is not None:
            self._filling.set_value(key, value)
            self._update()
            self.changed.emit()

    def _on_text_wanted(self, key: str) -> None:
        field = self.field(key)
        if self._filling is not None and field is not None:
            self._filling.take_text(self._text, field.slot)
            self._update()
            self.changed.emit()

    def _on_entered(self) -> None:
        index = next((i for i, f in enumerate(self.fields) if f.edit is self.sender()), len(self.fields) - 1)
        if index + 1 < len(self.fields):
            self.fields[index + 1].edit.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.past_end.emit()

    def _on_focused(self) -> None:
        field = next((f for f in self.fields if f.edit is self.sender()), None)
        if field is not None:
            self.reached.emit(field)

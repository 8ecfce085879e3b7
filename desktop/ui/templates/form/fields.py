"""Fields: one for every blank of a template, with where its value came from and what is wrong with it, live."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.content.template import Slot
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.templates.form.filling import Filling, Source, on_one_line
from desktop.ui.templates.form.sentences import SOURCE_WORDS, room_words, slot_words
from desktop.ui.templates.form.value_edit import ValueEdit
from desktop.ui.templates.labels import quiet, set_text_color
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Paragraph


class SlotField(QWidget):
    """Signals:
    written: the agent changed the value. args: slot key, the value.
    text_wanted: the composer's words are wanted here. arg: slot key.
    """

    written = Signal(str, str)
    text_wanted = Signal(str)

    def __init__(self, slot: Slot, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slot, self._name, self._theme = slot, name, theme
        title = Paragraph(name)
        self._mark = Paragraph()
        self._mark.setObjectName("muted")
        self.use = quiet("Use your text")
        self.use.hide()
        self.use.clicked.connect(self._on_use)
        self.edit = ValueEdit()
        self.edit.setPlaceholderText(f"For example {slot.example}" if slot.example else "")
        self.edit.textChanged.connect(self._on_typed)
        title.setBuddy(self.edit)
        self._problem = Paragraph()
        self._problem.hide()
        self.mend = quiet("Make it one line")
        self.mend.setToolTip("Line breaks, tabs and rows of spaces become single spaces")
        self.mend.hide()
        self.mend.clicked.connect(self._on_mend)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(title, 1)
        head.addWidget(self._mark)
        head.addWidget(self.use)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self._problem, 1)
        foot.addWidget(self.mend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.edit)
        column.addLayout(foot)

    @property
    def problem(self) -> str:
        """The sentence beside the value, "" if nothing is wrong with it."""
        return self._problem.text()

    @property
    def mark(self) -> str:
        """Where the value came from and how much room is left, in words."""
        return self._mark.text()

    def tell(self, value: str, source: Source, problem: str, left: str, *, may_use_text: bool) -> None:
        """left: how much room there is, "" where that need not be said."""
        self.edit.blockSignals(True)
        self.edit.put(value)
        self.edit.blockSignals(False)
        mark = " · ".join(filter(None, (SOURCE_WORDS[source], left)))
        self._mark.setText(mark)
        self._mark.setVisible(bool(mark))
        self.use.setVisible(may_use_text)
        if problem != self._problem.text():
            self._problem.setText(problem)
            if problem:
                announce(self.edit, f"{self._name}: {problem}")
        self._problem.setVisible(bool(problem))
        broken = bool(problem) and bool(value.strip()) and on_one_line(value) != value
        self.mend.setVisible(broken)
        self.edit.show_signs(broken)
        about = [mark, problem, f"Example: {self.slot.example}" if self.slot.example else ""]
        self.edit.setAccessibleName(self._name)
        self.edit.setAccessibleDescription(". ".join(a.rstrip(".") for a in about if a))
        self.use.setAccessibleName(f"Use your text for {self._name}")
        self.mend.setAccessibleName(f"Make {self._name} one line")
        self._apply_theme(bool(problem))

    def lock(self, locked: bool) -> None:
        self.edit.setReadOnly(locked)
        self.use.setEnabled(not locked)
        self.mend.setEnabled(not locked)

    def _apply_theme(self, wrong: bool) -> None:
        set_text_color(self._problem, self._theme.color("danger"))
        sheet = f"QPlainTextEdit {{ border-color: {self._theme.colors.danger}; }}" if wrong else ""
        if sheet != self.edit.styleSheet():
            self.edit.setStyleSheet(sheet)

    def _on_typed(self) -> None:
        self.written.emit(self.slot.key, self.edit.value)

    def _on_use(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.text_wanted.emit(self.slot.key)

    def _on_mend(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.put(on_one_line(self.edit.value))


class Fields(QWidget):
    """Signals:
    changed: a value is different now.
    send_pressed: Ctrl+Enter went down in a field.
    past_end: Enter went down in the last field.
    reached: a field has the keyboard now. arg: the SlotField.
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
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2, 2, GAP, 2)
        self._column.setSpacing(GAP)
        self._none = Paragraph("Nothing to fill in: it goes out as it stands.")
        self._none.setObjectName("muted")
        self._column.addWidget(self._none)
        self._column.addStretch(1)
        theme.changed.connect(self.tell)

    def show_filling(self, filling: Filling | None, text: str) -> None:
        """text: the composer's words, offered where they can stand."""
        kept = [f.slot for f in self.fields]
        self._filling, self._text = filling, text
        wanted = list(filling.slots) if filling is not None else []
        named = [slot_words(filling.template, s) for s in wanted] if filling is not None else []
        if kept != wanted or [f.edit.accessibleName() for f in self.fields] != named:
            self._build(wanted, named)
        self._none.setVisible(filling is not None and not wanted)
        self.tell()

    def tell(self) -> None:
        filling = self._filling
        if filling is None:
            return
        for field in self.fields:
            key = field.slot.key
            empty = not filling.value(key).strip()
            usable = empty and filling.takes(self._text, field.slot)
            left = room_words(filling.room(field.slot)) if not empty else ""
            field.tell(filling.value(key), filling.source(key), filling.problem(key), left, may_use_text=usable)

    def field(self, key: str) -> SlotField | None:
        return next((f for f in self.fields if f.slot.key == key), None)

    def lead_keyboard(self, key: str = "") -> bool:
        """To the field of `key`, else to the first that wants something, else to the first. False: there is none."""
        filling = self._filling
        if not self.fields or filling is None:
            return False
        wanting = {slot.key for slot in filling.missing()} | {p.key for p in filling.filled.problems}
        first = next((f for f in self.fields if f.slot.key in wanting), self.fields[0])
        (self.field(key) or first).edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def tab_order(self) -> list[QWidget]:
        return [w for f in self.fields for w in (f.use, f.edit, f.mend)]

    def lock(self, locked: bool) -> None:
        for field in self.fields:
            field.lock(locked)

    def _build(self, wanted: list[Slot], named: list[str]) -> None:
        for old in self.fields:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.fields = [SlotField(slot, name, self._theme) for slot, name in zip(wanted, named, strict=True)]
        for at, field in enumerate(self.fields):
            field.written.connect(self._on_written)
            field.text_wanted.connect(self._on_text_wanted)
            field.edit.entered.connect(self._on_entered)
            field.edit.focused.connect(self._on_focused)
            field.edit.send_pressed.connect(self.send_pressed)
            self._column.insertWidget(1 + at, field)
            field.show()

    def _on_written(self, key: str, value: str) -> None:
        if self._filling is not None:
            self._filling.write(key, value)
            self.tell()
            self.changed.emit()

    def _on_text_wanted(self, key: str) -> None:
        field = self.field(key)
        if self._filling is not None and field is not None:
            self._filling.take(self._text, field.slot)
            self.tell()
            self.changed.emit()

    def _on_entered(self) -> None:
        here = next((i for i, f in enumerate(self.fields) if f.edit is self.sender()), len(self.fields) - 1)
        if here + 1 < len(self.fields):
            self.fields[here + 1].edit.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.past_end.emit()

    def _on_focused(self) -> None:
        field = next((f for f in self.fields if f.edit is self.sender()), None)
        if field is not None:
            self.reached.emit(field)

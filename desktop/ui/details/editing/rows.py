"""Rows of the details pane that can be edited in place: a value, something to add, and chips that can be removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.domain.identity.contact_data import AttributeDefinition, ContactField
from desktop.text.catalog import isolate, strip_isolates
from desktop.text.screens import details as texts
from desktop.ui.details.editing.inline_editor import InlineEditor
from desktop.ui.details.editing.values import ValueField, create_field, shown_value
from desktop.ui.details.sections import chip, paragraph
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, LEAST_TARGET, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_name, small_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import ElidedLabel


@dataclass(frozen=True)
class FieldTarget:
    """A field of a contact on the screen. value: as stored. add_label: of the button that stands for no value.

    is_address: one line that can be copied. starts_open: the agent has just chosen to enter a value.
    remark: what to say while it is edited; "" for nothing.
    """

    contact_id: str
    field: ContactField
    label: str
    value: str
    definition: AttributeDefinition | None = None
    add_label: str = ""
    is_address: bool = False
    is_heading: bool = False
    can_edit: bool = True
    starts_open: bool = False
    remark: str = ""

    @property
    def shown(self) -> str:
        return shown_value(self.definition, self.value)


class EditableRow(QWidget):
    """Shows something, or in its place a field to change it. F2 opens that.

    Signals:
        opened: the field is there. arg: the field with its buttons.
        save_requested: args: the value, and the field with its buttons, which stays until `close_editor`.
        cancelled: the field is gone.
    """

    opened = Signal(object)
    save_requested = Signal(str, object)
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._editor: InlineEditor | None = None
        self._shown = QWidget()
        self._column = layouts.column(self._shown, parent=self, spacing=0)

    @property
    def is_open(self) -> bool:
        """Whether the field is there."""
        return self._editor is not None and not self._editor.isHidden()

    def begin(self) -> None:
        """Open the field, unless it is open."""
        if self._editor is not None:
            return
        editor = self._editor = self.create_editor()
        editor.save_requested.connect(lambda value: self.save_requested.emit(value, editor))
        editor.cancelled.connect(self.close_editor)
        editor.cancelled.connect(self.cancelled)
        self._column.addWidget(editor)
        self._shown.hide()
        editor.show()
        self.opened.emit(editor)

    def close_editor(self) -> None:
        """Show again what was edited."""
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.close_editor()
            self._shown.show()
            self.focus_shown()

    def create_editor(self) -> InlineEditor:
        raise NotImplementedError

    def focus_shown(self) -> None:
        """Give the keyboard back to what opened the field."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2 and self._editor is None:
            self.begin()
            event.accept()
        else:
            super().keyPressEvent(event)


class FieldRow(EditableRow):
    """A value with its label, a button that copies it where that helps, and a pencil."""

    copied = Signal(str)

    def __init__(self, theme: Theme, target: FieldTarget, draft: str | None, parent: QWidget | None = None) -> None:
        """draft: what was entered here before and not saved; None for nothing."""
        super().__init__(theme, parent)
        self.target, self._draft = target, draft
        self._pencil: QWidget | None = None
        self._fill()

    def create_editor(self) -> InlineEditor:
        target, value = self.target, self.target.value if self._draft is None else self._draft
        self._draft = None
        field = create_field(target.definition, value, strip_isolates(target.label), self._theme)
        editor = InlineEditor(self._theme, target.label, field, self)
        if target.remark:
            editor.show_remark(target.remark)
        return editor

    def focus_shown(self) -> None:
        if self._pencil is not None:
            self._pencil.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        target = self.target
        if not target.value and target.add_label:
            self._pencil = small_button(target.add_label, self.begin)
            layouts.row(self._pencil, "stretch", parent=self._shown)
            return
        shown: QWidget
        if target.is_address:
            # An address has nowhere to break: it would be cut off without a sign of it.
            elided = ElidedLabel()
            elided.setText(isolate(target.shown))
            shown = elided
        else:
            shown = paragraph(isolate(target.shown), selectable=True)
            if target.is_heading:
                shown.setFont(self._theme.font(delta=4, bold=True))
        label = [paragraph(target.label, muted=True)] if not target.is_heading else []
        line = layouts.row(parent=self._shown, spacing=2)
        line.addLayout(layouts.column(*label, shown, spacing=0), 1)
        if target.is_address:
            spoken = texts.ACCESSIBLE_COPY(fact=target.label, value=target.value)
            copy = self._button("fa6s.copy", texts.COPY(), spoken, self._copy)
            line.addWidget(copy, 0, Qt.AlignmentFlag.AlignVCenter)
        if target.can_edit:
            spoken = texts.ACCESSIBLE_EDIT(field=target.label, value=target.shown)
            self._pencil = self._button("fa6s.pen", texts.EDIT(), spoken, self.begin)
            line.addWidget(self._pencil, 0, Qt.AlignmentFlag.AlignVCenter)

    def _button(self, icon: str, tip: str, spoken: str, on_click: Callable[[], None]) -> QToolButton:
        button = icon_button(self._theme, icon, tip, spoken)
        button.clicked.connect(lambda _checked=False: on_click())
        return button

    def _copy(self) -> None:
        self.copied.emit(self.target.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self._editor is None and self._pencil is not None and self._pencil.hasFocus():
            self.begin()
            event.accept()
        else:
            super().keyPressEvent(event)


class AddRow(EditableRow):
    """A button that turns into a field for something new."""

    def __init__(
        self,
        theme: Theme,
        label: str,
        make_field: Callable[[str], ValueField],
        draft: str | None,
        save_label: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """make_field: returns a field with this text in it. draft: as in `FieldRow`."""
        super().__init__(theme, parent)
        self._make_field, self._draft, self._save_label = make_field, draft or "", save_label
        self.button = small_button(label, self.begin)
        layouts.row(self.button, "stretch", parent=self._shown)

    def create_editor(self) -> InlineEditor:
        draft, self._draft = self._draft, ""
        return InlineEditor(self._theme, "", self._make_field(draft), self, self._save_label)

    def focus_shown(self) -> None:
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)


def removable_chips(
    theme: Theme, items: Sequence[tuple[str, str]], spoken: Callable[[str], str], remove: Callable[[str, str], None]
) -> QWidget:
    """Return chips that each have a button that removes it. items: key and text of each. spoken: names the button.
    remove: gets key and text.
    """
    row, chips = QWidget(), []
    for key, text in items:
        one = QWidget()
        button = icon_button(theme, "fa6s.xmark", strip_isolates(spoken(text)), spoken(text))
        # Hardly higher than the chip.
        side = LEAST_TARGET - 6
        button.setStyleSheet(f"QToolButton {{ padding: 2px; min-width: {side}px; min-height: {side}px; }}")
        button.clicked.connect(partial(_remove, remove, key, text))
        layouts.row(chip(text), button, parent=one, spacing=0).setStretch(0, 1)
        chips.append(one)
    FlowLayout(*chips, spacing=GAP - 2, parent=row)
    return row


def _remove(remove: Callable[[str, str], None], key: str, text: str, _checked: bool = False) -> None:
    remove(key, text)


def icon_button(theme: Theme, icon: str, tip: str, spoken: str) -> QToolButton:
    """Return a small button with an icon. spoken: its name for screen readers."""
    button = QToolButton()
    button.setIcon(icons.icon(icon, theme.color("muted")))
    side = round(button.fontMetrics().height() * 0.8)
    button.setIconSize(QSize(side, side))
    show_name(button, spoken, more=tip)
    return button

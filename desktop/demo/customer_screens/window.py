"""The window "What the customer sees": their phone, their Messenger, and a clock that can be moved."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from desktop.demo.customer_screens.messenger import Messenger
from desktop.demo.customer_screens.phone import Phone
from desktop.demo.sandbox_control import Json
from desktop.text.catalog import strip_isolates
from desktop.text.demo import screens as texts
from desktop.text.formats import date_and_time, running_clock
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_name
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.screen_reader.roles import Role


class CustomerScreens(QWidget):
    """Shows what it is given and emits what the customer does; does not access the sandbox.

    Signals:
        customer_changed: another customer was chosen. arg: the id.
        write_requested: the customer writes. arg: {"customer", "on", "text"} and, where they apply, "line",
            "conversation_id", "new_conversation", "client", "attachments".
        call_requested: the customer calls the WhatsApp number. arg: the customer's id.
        block_requested: the customer blocks or unblocks the shop. args: customer id, line id, whether to block.
        clock_moved: arg: {"advance_s": seconds} or {"rate": seconds per second}.
    """

    accessible_role = Role.WINDOW

    customer_changed = Signal(str)
    write_requested = Signal(dict)
    call_requested = Signal(str)
    block_requested = Signal(str, str, bool)
    clock_moved = Signal(dict)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._customers: list[Json] = []
        self._lines: dict[str, Json] = {}
        self.setWindowTitle(texts.WINDOW_TITLE())
        self.resize(900, 720)
        self._build()
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def customer_id(self) -> str:
        """The chosen customer; "" before the first `show_state`."""
        return self._customer_picker.currentData() or ""

    def show_state(self, state: Json) -> None:
        """Show clock, customers and lines; keeps what is typed.

        state: {"clock": {"now" (Unix seconds), "rate"}, "customers": [{"id", "name", "phone", "telegram_id",
        "blocked"}], "lines": [{"id", "channel", "address"}]}.
        """
        people = [(c["name"], c["id"]) for c in state["customers"]]
        picker = self._customer_picker
        if people != [(picker.itemText(i), picker.itemData(i)) for i in range(picker.count())]:
            chosen = self.customer_id
            with QSignalBlocker(picker):
                picker.clear()
                for name, customer_id in people:
                    picker.addItem(name, customer_id)
                picker.setCurrentIndex(max(0, picker.findData(chosen)))
        self._customers = state["customers"]
        self._lines = {line["id"]: line for line in state["lines"]}
        now = datetime.fromtimestamp(state["clock"]["now"], UTC)
        self._clock.setText(running_clock(now))
        self._clock.setAccessibleName(strip_isolates(texts.CLOCK(now=date_and_time(now))))
        for rate, button in self._rate_buttons.items():
            button.setChecked(state["clock"]["rate"] == rate)
        self.phone.show_blocked(self._customer().get("blocked", ()))

    def show_screens(self, screens: Json) -> None:
        """Show the customer's phone and Messenger.

        screens: {"customer", "whatsapp" | "telegram" | "sms": {line id: [item]}, "messenger":
        [{"conversation_id", "state", "items"}], "email": [item]}. An item is {"who", "text", "at", "attachments"}, and
        for a template "kind", "buttons" and "opens" too.
        """
        if screens.get("customer") != self.customer_id:
            with QSignalBlocker(self._customer_picker):
                self._customer_picker.setCurrentIndex(self._customer_picker.findData(screens.get("customer")))
        self.phone.show_screens(screens, self._customer(), self._lines)
        self.messenger.show_screens(screens)

    def show_error(self, text: str) -> None:
        """Show why a request failed, until the next request. text: "" hides it."""
        self._error.setText(text)
        self._error.setVisible(bool(text))

    def _on_message_sent(self, message: Json) -> None:
        self.show_error("")
        if self.customer_id:
            self.write_requested.emit({"customer": self.customer_id} | message)

    def _on_picked(self) -> None:
        self.show_error("")
        self.customer_changed.emit(self.customer_id)

    def _on_call(self) -> None:
        self.show_error("")
        self.call_requested.emit(self.customer_id)

    def _on_block(self, line: str, blocked: bool) -> None:
        self.show_error("")
        self.block_requested.emit(self.customer_id, line, blocked)

    def _on_clock(self) -> None:
        self.show_error("")
        self.clock_moved.emit(self.sender().property("move"))

    def _customer(self) -> Json:
        return next((c for c in self._customers if c["id"] == self.customer_id), {})

    def _build(self) -> None:
        self._hint = Paragraph(texts.HINT(), muted=True)
        self._error = Paragraph()
        self._error.hide()
        self.phone, self.messenger = Phone(self._theme), Messenger(self._theme)
        self.phone.message_sent.connect(self._on_message_sent)
        self.phone.call_requested.connect(self._on_call)
        self.phone.block_requested.connect(self._on_block)
        self.messenger.message_sent.connect(self._on_message_sent)
        screens = layouts.row(spacing=2 * PAD)
        screens.addWidget(self.phone, 1)
        screens.addWidget(self.messenger, 1)
        widgets = (self._build_header(), self._hint, screens, self._error)
        layouts.column(*widgets, parent=self, spacing=PAD, margins=PAD).setStretchFactor(screens, 1)

    def _build_header(self) -> FlowLayout:
        self._customer_picker = DropDown(self._theme, texts.CUSTOMER())
        self._customer_picker.setMinimumWidth(180)
        self._customer_picker.currentIndexChanged.connect(self._on_picked)
        self._clock = Label()
        clock = QWidget()
        row = layouts.row(self._clock, parent=clock, spacing=GAP - 2)
        row.addSpacing(GAP)
        for label, tooltip, hours in ((texts.ADD_HOUR, texts.MOVE_HOUR, 1), (texts.ADD_DAY, texts.MOVE_DAY, 24)):
            row.addWidget(self._clock_button(label(), tooltip(), {"advance_s": hours * 3600}))
        rate_group = QButtonGroup(self)
        self._rate_buttons = {}
        for rate in (1, 60):
            name = texts.REAL_TIME() if rate == 1 else texts.SPEED_UP(rate=rate)
            button = self._rate_buttons[rate] = self._clock_button(texts.SPEED(rate=rate), name, {"rate": rate})
            button.setCheckable(True)
            rate_group.addButton(button)
            row.addWidget(button)
        return FlowLayout(self._customer_picker, clock, spacing=2 * PAD)

    def _clock_button(self, label: str, name: str, move: Json) -> QPushButton:
        button = QPushButton(label)
        show_name(button, name)
        button.setProperty("move", move)
        button.clicked.connect(self._on_clock)
        return button

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(f"QPushButton:checked {{ background: {colors.selected}; border-color: {colors.accent}; }}")
        self._clock.setFont(self._theme.font(delta=1, bold=True))
        self._error.setStyleSheet(f"color: {colors.danger};")

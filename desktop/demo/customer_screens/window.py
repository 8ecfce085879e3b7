"""What the customer sees: her phone on the left, the Messenger on the right, and a clock that can be moved."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.demo.customer_screens.messenger import Messenger
from desktop.demo.customer_screens.parts import Json
from desktop.demo.customer_screens.phone import Phone
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.labels import Label

_HINT = (
    "You are the customer here. Write on WhatsApp and watch the agent's countdown start. Move the clock by 24 h, write "
    "in the Messenger, let the agent answer: the answer is in the Messenger, and the phone stays silent."
)


class CustomerScreens(QWidget):
    """Shows plain facts about the customers and turns what is done here into wishes; knows nothing of the sandbox.

    Signals:
        customer_changed: another customer was picked. arg: her id.
        write_requested: she writes. arg: {"customer", "on", "text"} and, where they apply, "line",
            "conversation_id", "new_conversation", "client", "attachments".
        call_requested: she rings the WhatsApp number. arg: her id.
        block_requested: she blocks or unblocks the shop on WhatsApp or Telegram. args: her id; the line's; whether.
        clock_moved: arg: {"advance_s": seconds} or {"rate": seconds per second}.
    """

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
        self.setWindowTitle("What the customer sees")
        self.resize(900, 720)
        self._build()
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def customer_id(self) -> str:
        """ "" before the first state came."""
        return self._picker.currentData() or ""

    def show_state(self, state: Json) -> None:
        """state: {"clock": {"now" (Unix seconds), "rate"}, "customers": [{"id", "name", "phone", "telegram_id",
        "blocked"}], "lines": [{"id", "channel", "address"}]}. May come as often as it likes: what is typed stays."""
        people = [(c["name"], c["id"]) for c in state["customers"]]
        if people != [(self._picker.itemText(i), self._picker.itemData(i)) for i in range(self._picker.count())]:
            chosen = self.customer_id
            self._picker.blockSignals(True)
            self._picker.clear()
            for name, customer_id in people:
                self._picker.addItem(name, customer_id)
            self._picker.setCurrentIndex(max(0, self._picker.findData(chosen)))
            self._picker.blockSignals(False)
        self._customers = state["customers"]
        self._lines = {line["id"]: line for line in state["lines"]}
        now = datetime.fromtimestamp(state["clock"]["now"], UTC).astimezone()
        self._clock.setText(f"{now:%a} {now.day} {now:%b}  {now:%H:%M:%S}")
        self._clock.setAccessibleName(f"The clock says {now:%A} {now.day} {now:%B}, {now:%H:%M}")
        for rate, button in self._rates.items():
            button.setChecked(state["clock"]["rate"] == rate)
        self.phone.show_blocked(self._customer().get("blocked", ()))

    def show_screens(self, screens: Json) -> None:
        """screens: {"customer", "whatsapp" | "telegram" | "sms": {line id: [item]}, "messenger":
        [{"conversation_id", "state", "items"}], "email": [item]}; items as {"who", "text", "at", "attachments"} and,
        of a template, {"kind", "buttons", "opens"}."""
        if screens.get("customer") != self.customer_id:
            self._picker.blockSignals(True)
            self._picker.setCurrentIndex(self._picker.findData(screens.get("customer")))
            self._picker.blockSignals(False)
        self.phone.show_screens(screens, self._customer(), self._lines)
        self.messenger.show_screens(screens)

    def show_refusal(self, sentence: str) -> None:
        """What the other side would not do; gone with the next wish."""
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))

    def _on_written(self, words: Json) -> None:
        self.show_refusal("")
        if self.customer_id:
            self.write_requested.emit({"customer": self.customer_id} | words)

    def _on_picked(self) -> None:
        self.show_refusal("")
        self.customer_changed.emit(self.customer_id)

    def _on_call(self) -> None:
        self.show_refusal("")
        self.call_requested.emit(self.customer_id)

    def _on_block(self, line: str, blocked: bool) -> None:
        self.show_refusal("")
        self.block_requested.emit(self.customer_id, line, blocked)

    def _on_clock(self) -> None:
        self.show_refusal("")
        self.clock_moved.emit(self.sender().property("move"))

    def _customer(self) -> Json:
        return next((c for c in self._customers if c["id"] == self.customer_id), {})

    def _build(self) -> None:
        self._hint = Label(_HINT)
        self._hint.setObjectName("muted")
        self._hint.setWordWrap(True)
        self._refusal = Label()
        self._refusal.setWordWrap(True)
        self._refusal.hide()
        self.phone, self.messenger = Phone(self._theme), Messenger(self._theme)
        self.phone.written.connect(self._on_written)
        self.phone.called.connect(self._on_call)
        self.phone.block_chosen.connect(self._on_block)
        self.messenger.written.connect(self._on_written)
        screens = QHBoxLayout()
        screens.setSpacing(2 * PAD)
        screens.addWidget(self.phone, 1)
        screens.addWidget(self.messenger, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(PAD)
        column.addLayout(self._build_head())
        column.addWidget(self._hint)
        column.addLayout(screens, 1)
        column.addWidget(self._refusal)

    def _build_head(self) -> QHBoxLayout:
        self._picker = DropDown(self._theme, "Customer")
        self._picker.setMinimumWidth(180)
        self._picker.currentIndexChanged.connect(self._on_picked)
        self._clock = Label()
        row = QHBoxLayout()
        row.setSpacing(GAP - 2)
        row.addWidget(self._picker)
        row.addStretch(1)
        row.addWidget(self._clock)
        row.addSpacing(GAP)
        for words, seconds in (("+1 h", 3600), ("+24 h", 86_400)):
            row.addWidget(self._clock_button(words, f"Move the clock by {words[1:]}", {"advance_s": seconds}))
        speeds = QButtonGroup(self)
        self._rates = {}
        for rate in (1, 60):
            name = f"Let the clock run {rate} times as fast as real time"
            button = self._rates[rate] = self._clock_button(f"×{rate}", name, {"rate": rate})
            button.setCheckable(True)
            speeds.addButton(button)
            row.addWidget(button)
        return row

    def _clock_button(self, words: str, name: str, move: Json) -> QPushButton:
        # Isolated: in a right-to-left window a leading sign would wander to the other end.
        button = QPushButton(f"\u2066{words}\u2069")
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setProperty("move", move)
        button.clicked.connect(self._on_clock)
        return button

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(f"QPushButton:checked {{ background: {colors.selected}; border-color: {colors.accent}; }}")
        self._clock.setFont(self._theme.font(delta=1, bold=True))
        self._refusal.setStyleSheet(f"color: {colors.danger};")

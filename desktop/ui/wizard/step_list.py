"""Rail: the steps of the wizard on its leading side, and how far one has come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets.labels import Label

_DONE, _HERE, _AHEAD = ("fa6s.circle-check", "ok"), ("fa6s.circle-dot", "accent"), ("fa6.circle", "muted")


class Rail(QFrame):
    """Only shows; one goes on and back with the buttons, so that no step is left out."""

    def __init__(self, theme: Theme, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._names, self._at = theme, tuple(names), 0
        self.setObjectName("rail")
        self._product = Label("Reachline")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        column.setSpacing(GAP + 4)
        column.addWidget(self._product)
        column.addSpacing(GAP)
        self._rows: list[tuple[QLabel, QLabel]] = []
        for name in self._names:
            sign, label = Label(), Label(name)
            row = QHBoxLayout()
            row.setSpacing(GAP)
            row.addWidget(sign)
            row.addWidget(label, 1)
            column.addLayout(row)
            self._rows.append((sign, label))
        column.addStretch(1)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_step(self, at: int) -> None:
        self._at = at
        self._apply_theme()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#rail {{ background: {colors.panel}; border: none; border-right: 1px solid {colors.border}; }}"
        )
        self._product.setFont(self._theme.font(delta=4, bold=True))
        side = round(self.fontMetrics().height() * 0.9)
        for number, (sign, label) in enumerate(self._rows):
            icon, role = _HERE if number == self._at else _DONE if number < self._at else _AHEAD
            sign.setPixmap(icons.pixmap(icon, self._theme.color(role), side, self.devicePixelRatioF()))
            label.setFont(self._theme.font(bold=number == self._at))
            label.setStyleSheet(f"color: {colors.text if number <= self._at else colors.muted};")
            state = "now" if number == self._at else "done" if number < self._at else "later"
            label.setAccessibleName(f"Step {number + 1} of {len(self._rows)}, {self._names[number]}: {state}")
        self.setAccessibleName(f"Step {self._at + 1} of {len(self._rows)}: {self._names[self._at]}")

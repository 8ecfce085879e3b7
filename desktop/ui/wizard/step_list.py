"""The names of the wizard's steps and the progress through them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.text.catalog import Text, strip_isolates
from desktop.text.screens import wizard as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Heading, Label

_DONE, _CURRENT, _LATER = ("fa6s.circle-check", "ok"), ("fa6s.circle-dot", "accent"), ("fa6.circle", "muted")


class StepList(QFrame):
    """Not interactive: the wizard's buttons go on and back, so that no step is skipped."""

    def __init__(self, theme: Theme, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._names, self._current = theme, tuple(names), 0
        self.setObjectName("rail")
        self._product = Heading(theme, "Reachline", size_delta_pt=4)
        column = layouts.column(self._product, parent=self, spacing=GAP + 4, margins=2 * PAD)
        column.addSpacing(GAP)
        self._rows: list[tuple[QLabel, QLabel]] = []
        for name in self._names:
            icon, label = Label(), Label(name)
            column.addLayout(layouts.row(icon, label, "stretch"))
            self._rows.append((icon, label))
        column.addStretch(1)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_step(self, index: int) -> None:
        self._current = index
        self._apply_theme()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#rail {{ background: {colors.panel}; border: none; border-right: 1px solid {colors.border}; }}"
        )
        side = round(self.fontMetrics().height() * 0.9)
        # Room for each name in bold: otherwise the page beside the list moves with every step.
        bold = QFontMetrics(self._theme.font(bold=True))
        for number, (icon_label, label) in enumerate(self._rows):
            icon, role = _CURRENT if number == self._current else _DONE if number < self._current else _LATER
            icon_label.setPixmap(icons.pixmap(icon, self._theme.color(role), side, self.devicePixelRatioF()))
            label.setFont(self._theme.font(bold=number == self._current))
            label.setMinimumWidth(bold.horizontalAdvance(label.text()))
            label.setStyleSheet(f"color: {colors.text if number <= self._current else colors.muted};")
            describe = texts.STEP_CURRENT if number == self._current else texts.STEP
            label.setAccessibleName(self._describe(number, texts.STEP_DONE if number < self._current else describe))
        self.setAccessibleName(self._describe(self._current, texts.STEP))

    def _describe(self, number: int, entry: Text) -> str:
        return strip_isolates(entry(number=number + 1, count=len(self._rows), name=self._names[number]))

"""What stands where there is nothing to show: why, what to do, and buttons that do it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.text.catalog import strip_isolates
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Heading, Label, Paragraph
from desktop.ui.widgets.screen_reader.roles import Role
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area

Action = tuple[str, Callable[[], object]]
"""A button's text, and what it does."""


class EmptyState(QWidget):
    """An icon above a heading, a sentence, and buttons below each other, in the middle of their place.

    They scroll where they don't fit. Where it gets the keyboard in the place of a list, a screen reader speaks the
    heading.
    """

    accessible_role = Role.TEXT

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icon_name = theme, ""
        self._icon = Label()
        self._title, self._text = Heading(theme, size_delta_pt=1), Paragraph(muted=True, can_shrink=True)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self._icon, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = layouts.column(spacing=GAP - 2)
        texts, content = (self._icon, self._title, self._text), ScrollContent()
        column = layouts.column("stretch", *texts, self._buttons, "stretch", parent=content, margins=3 * GAP)
        # A little above the middle, where the eye expects it.
        column.setStretch(0, 2)
        column.setStretch(column.count() - 1, 3)
        area = scroll_area(content)
        for ground in (area.viewport(), content):
            ground.setAutoFillBackground(False)
        layouts.column(area, parent=self)
        theme.changed.connect(self._apply_theme)

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(label.text() for label in (self._title, self._text) if label.text())

    def show_state(self, icon: str, title: str, text: str = "", actions: tuple[Action, ...] = ()) -> None:
        """icon: a qtawesome name."""
        self._icon_name = icon
        self._apply_theme()
        self._title.setText(title)
        self.setAccessibleName(strip_isolates(title))
        self._text.show_text(text)
        # What a button does goes with its text.
        if [button.text() for button in self.buttons()] != [label for label, _ in actions]:
            layouts.clear(self._buttons)
            for label, on_click in actions:
                self._buttons.addWidget(push_button(label, on_click), 0, Qt.AlignmentFlag.AlignHCenter)

    def buttons(self) -> list[QPushButton]:
        return [button for button in layouts.widgets_in(self._buttons) if isinstance(button, QPushButton)]

    def accessible_parts(self) -> list[QWidget]:
        """The heading is its own name."""
        return [self._text, *self.buttons()]

    def _apply_theme(self) -> None:
        if self._icon_name:
            side = round(self.fontMetrics().height() * 2)
            ratio = self.devicePixelRatioF()
            self._icon.setPixmap(icons.pixmap(self._icon_name, self._theme.color("muted"), side, ratio))

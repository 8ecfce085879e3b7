"""The settings page that decides whether to look for new versions of the program."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.engine.notifications.updates import UpdateView
from desktop.engine.protocols import Submit
from desktop.text import help as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import WrappingCheckBox, push_button
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area


class UpdatesPage(Page):
    """Signals:
    checks_requested: look for new versions every day, or no more. arg: whether to.
    check_requested: look now.
    """

    TITLE = texts.UPDATES
    checks_requested = Signal(bool)
    check_requested = Signal()

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self.box = WrappingCheckBox(texts.LOOK_DAILY())
        self.box.setEnabled(False)
        self.box.clicked.connect(self.checks_requested)
        self._about = Paragraph(muted=True)
        self.state = Paragraph(texts.SAMPLE_LOOKS_NOT())
        self._last_check = Paragraph(muted=True)
        self._last_check.hide()
        body = ScrollContent()
        nothing = Paragraph(texts.NOTHING_BY_ITSELF(), muted=True)
        layouts.column(self.state, self._last_check, self.box, self._about, nothing, "stretch", parent=body)
        self.column.addWidget(scroll_area(body, accepts_focus=True), 1)
        self.check_button = push_button(texts.CHECK_FOR_UPDATES(), self.check_requested)
        self.check_button.setEnabled(False)
        self.add_footer(self.check_button)

    def show_updates(self, view: UpdateView, state: str, last_check: str) -> None:
        """state, last_check: what is known, in words. Not called in the sample workspace."""
        self.state.setText(state)
        self._last_check.show_text(last_check)
        self._about.show_text(texts.LOOK_ABOUT(host=view.host) if view.host else "")
        self.box.setEnabled(bool(view.host))
        self.box.setChecked(view.checks)
        self.check_button.setEnabled(bool(view.host))

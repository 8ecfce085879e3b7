"""The window that connects a workspace step by step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.engine.commands import CancelFirstSync, SyncNow
from desktop.engine.protocols import Accounts, Run
from desktop.text.catalog import strip_isolates
from desktop.text.screens import wizard as texts
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import press_focused_button, push_button
from desktop.ui.widgets.connection_line import ConnectionLine
from desktop.ui.widgets.screen_reader.announce import announce
from desktop.ui.widgets.screen_reader.roles import Role
from desktop.ui.widgets.scroll_area import scroll_area
from desktop.ui.widgets.status_line import Status
from desktop.ui.wizard.setup import Setup, StartWorkspace
from desktop.ui.wizard.step import Step
from desktop.ui.wizard.step_list import StepList
from desktop.ui.wizard.steps.finish import FinishStep
from desktop.ui.wizard.steps.intercom import IntercomStep
from desktop.ui.wizard.steps.request import RequestStep
from desktop.ui.wizard.steps.teammate import TeammateStep
from desktop.ui.wizard.steps.welcome import WelcomeStep

WIDTH, HEIGHT, PAGE_WIDTH = 900, 660, 720


class Wizard(QWidget):
    """Going back loses no input, and no step can be skipped.

    Signals:
        sample_wanted: the agent wants to look around with sample data instead.
        language_chosen: the agent wants another language. arg: of `LANGUAGES`; "" for the system's.
        inbox_wanted: finished; emitted after the window has closed.
        abandoned: closed before the end; a workspace may have been added already.
    """

    accessible_role = Role.WINDOW

    sample_wanted = Signal()
    language_chosen = Signal(str)
    inbox_wanted = Signal()
    abandoned = Signal()

    def __init__(
        self,
        accounts: Accounts,
        theme: Theme,
        run: Run,
        start_workspace: StartWorkspace,
        *,
        another: bool = False,
        reason: str = "",
        language: str = "",
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        """run: starts tasks that outlive any workspace.

        start_workspace: called after a workspace was added, again if the agent goes back and enters another token.
        another: a workspace is open already; leaves out the welcome.
        reason: why the token of a known workspace has to be entered again; leaves out all other questions.
        language: the chosen one; "" for the system's.
        """
        super().__init__()
        self._theme = theme
        self._setup = Setup(accounts, run, start_workspace, self)
        self._ticker: Ticker | None = None
        self._connection_line: ConnectionLine | None = None
        self._is_over = False
        self._current = 0
        self.welcome = WelcomeStep(theme, self._setup, language)
        self.request = RequestStep(theme, self._setup, open_url)
        self.intercom = IntercomStep(theme, self._setup)
        self.teammate = TeammateStep(theme, self._setup)
        self.finish = FinishStep(theme, self._setup, self._chosen_name)
        self.steps: list[Step] = [self.request, self.intercom, self.teammate, self.finish]
        if reason:
            self.steps = [self.intercom, self.finish]
            self.intercom.error_line.set_status(reason, Status.WARNING)
        elif not another:
            self.steps.insert(0, self.welcome)
        self.setWindowTitle(texts.CONNECT_TITLE() if another or reason else texts.WELCOME_TITLE())
        self.resize(WIDTH, HEIGHT)
        self._build()
        self._connect()
        self._go_to(0)

    def continue_from(self, former: Wizard) -> None:
        """Show the step of another wizard like this one, which it takes the place of, with the token typed there."""
        self.restoreGeometry(former.saveGeometry())
        self.intercom.field.set_text(former.intercom.field.secret)
        # What comes after needs what Intercom answers to the token.
        self._go_to(min(former._current, self.steps.index(self.intercom)))

    def retire(self) -> None:
        """Close it, but not as somebody who gives up."""
        self._is_over = True
        self.close()

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.steps[self._current]

    def _chosen_name(self) -> str:
        return self.teammate.chosen_name

    # Going on and back.

    def _on_next(self) -> None:
        step = self.step
        if step.can_continue:
            step.leave(lambda: self._on_step_finished(step))

    def _on_step_finished(self, step: Step) -> None:
        # The agent may have gone back before the step was finished.
        if step is not self.step or self._is_over:
            return
        if step is self.finish:
            self._finish()
        else:
            self._go_to(self._current + 1)

    def _on_back(self) -> None:
        if self._current > 0:
            self._go_to(self._current - 1)

    def _go_to(self, index: int) -> None:
        self._current = index
        self._step_list.show_step(index)
        step = self.step
        step.enter()
        page, first = self._scrolled[index], step.initial_focus()
        # Before what has the focus is hidden: Qt would pass it on to what comes next, which a screen reader names.
        page.show()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._update_buttons()
        if first is None:
            (self.next if self.next.isEnabled() else self.back).setFocus(Qt.FocusReason.OtherFocusReason)
        self._pages.setCurrentWidget(page)
        announce(self, strip_isolates("\n".join((self._step_list.accessibleName(), step.title.text()))))

    def _finish(self) -> None:
        self._is_over = True
        self.close()
        self.inbox_wanted.emit()

    def _update_buttons(self) -> None:
        step = self.step
        self.next.setText(step.next_label)
        self.next.setVisible(bool(step.next_label))
        self.next.setEnabled(step.can_continue)
        self.back.setVisible(self._current > 0)

    def _on_ready(self) -> None:
        if self.sender() is self.step and self.next.isEnabled():
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    # The workspace that was added.

    def _on_engine_started(self) -> None:
        assert self._setup.engine is not None
        self._remove_connection_line()
        self._ticker = Ticker(self._setup.engine.clock, self)
        self._connection_line = ConnectionLine(self._theme, self._ticker)
        self._connection_line.try_now.connect(self._on_try_now)
        self._connection_line.stop_reading.connect(self._on_stop_reading)
        self._footer.insertWidget(0, self._connection_line)
        self._update_connection()

    def _update_connection(self) -> None:
        if self._connection_line is not None and self._setup.engine is not None:
            queries = self._setup.engine.queries
            self._connection_line.show_connection(queries.connection())
            self._connection_line.show_progress(queries.progress())

    def _on_try_now(self) -> None:
        self._setup.submit(SyncNow())

    def _on_stop_reading(self) -> None:
        self._setup.submit(CancelFirstSync())

    def _remove_connection_line(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()
        if self._connection_line is not None:
            self._connection_line.hide()
            self._footer.removeWidget(self._connection_line)
            self._connection_line.deleteLater()
            self._connection_line = None

    # The window itself.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not press_focused_button(self, event):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.intercom.forget()
        self._setup.close()
        self._remove_connection_line()
        super().closeEvent(event)
        if not self._is_over:
            self._is_over = True
            self.abandoned.emit()

    def _build(self) -> None:
        self._step_list = StepList(self._theme, [step.NAME() for step in self.steps])
        self._pages = QStackedWidget()
        self._scrolled = [scroll_area(step) for step in self.steps]
        for page in self._scrolled:
            self._pages.addWidget(page)
        self.back = push_button(texts.BACK(), self._on_back)
        self.next = push_button(texts.NEXT(), self._on_next, style="primary")
        self._footer = layouts.column(layouts.row(self.back, "stretch", self.next, margins=(0, 0, PAD, 0)))
        body = layouts.column(self._pages, self._footer, spacing=PAD, margins=(3 * PAD, 2 * PAD, 2 * PAD, 2 * PAD))
        layouts.row(self._step_list, body, parent=self, spacing=0).setStretchFactor(body, 1)
        self._theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def _connect(self) -> None:
        for step in self.steps:
            step.changed.connect(self._update_buttons)
            step.done.connect(self._on_next)
            step.ready.connect(self._on_ready)
        self.welcome.sample_wanted.connect(self.sample_wanted)
        self.welcome.language.chosen.connect(self.language_chosen)
        for keys, slot in (("Alt+Left", self._on_back), ("Alt+Right", self._on_next)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        self._setup.engine_started.connect(self._on_engine_started)
        self._setup.connection_changed.connect(self._update_connection)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        for step in self.steps:
            # Longer lines are hard to read.
            step.setMaximumWidth(round(PAGE_WIDTH * self._theme.text_scale))
        self.setObjectName("wizard")
        self.setStyleSheet(
            f"QWidget#wizard {{ background: {colors.surface}; }}"
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}"
            f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.outline}; border-radius: 6px;"
            f" color: {colors.text}; outline: none; }}"
            f"QListWidget:focus {{ border-color: {colors.accent}; }}"
            f"{row_style(colors, padding='5px')}"
        )

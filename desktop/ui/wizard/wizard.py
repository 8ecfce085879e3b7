"""Wizard: a window of its own that leads from a token to a working inbox, one question a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.engine.commands import CancelFirstSync, SyncNow
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.connection_line import ConnectionLine
from desktop.ui.widgets.progress_row import Run
from desktop.ui.widgets.scroll_area import scrolled
from desktop.ui.widgets.status_line import Tone
from desktop.ui.wizard.setup import Setup, StartWorkspace
from desktop.ui.wizard.step import Step
from desktop.ui.wizard.step_list import Rail
from desktop.ui.wizard.steps.channels import ChannelsStep
from desktop.ui.wizard.steps.codes import CodesStep
from desktop.ui.wizard.steps.finish import FinishStep
from desktop.ui.wizard.steps.forwarding import RelayStep
from desktop.ui.wizard.steps.intercom import IntercomStep
from desktop.ui.wizard.steps.teammate import WhoStep
from desktop.ui.wizard.steps.welcome import WelcomeStep

WIDTH, HEIGHT, PAGE_WIDTH = 900, 660, 720


class Wizard(QWidget):
    """Nothing that was typed is lost by going back, and no step can be reached before those it rests on.

    Signals:
        sample_wanted: look around with sample data instead.
        inbox_wanted: finished; the window has closed. arg: whether to begin with the relay test.
        abandoned: closed before the end; a workspace may have been added by then.
    """

    sample_wanted = Signal()
    inbox_wanted = Signal(bool)
    abandoned = Signal()

    def __init__(
        self,
        accounts: Any,
        theme: Theme,
        run: Run,
        start_workspace: StartWorkspace,
        *,
        another: bool = False,
        reason: str = "",
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        """accounts: as `engine.accounts.accounts.Accounts`. run: `Tasks.start` of tasks that outlive any workspace.

        start_workspace: called after the workspace was added; once more if another token is entered after going back.
        another: a workspace is open already, so that there is nothing to welcome to.
        reason: why the token of a workspace that is known has to be entered again; nothing else is asked then.
        """
        super().__init__()
        self._theme = theme
        self._setup = Setup(accounts, run, start_workspace, self)
        self._ticker: Ticker | None = None
        self._connection: ConnectionLine | None = None
        self._is_over = False
        self._at = 0
        self.welcome = WelcomeStep(theme, self._setup)
        self.intercom = IntercomStep(theme, self._setup, open_url)
        self.who = WhoStep(theme, self._setup)
        self.codes = CodesStep(theme, self._setup)
        self.channels = ChannelsStep(theme, self._setup)
        self.relay = RelayStep(theme, self._setup)
        self.finish = FinishStep(theme, self._setup, self._chosen_name)
        self.steps: list[Step] = [self.intercom, self.who, self.codes, self.channels, self.relay, self.finish]
        if reason:
            self.steps = [self.intercom, self.finish]
            self.intercom.error_line.say(reason, Tone.CARE)
        elif not another:
            self.steps.insert(0, self.welcome)
        self.setWindowTitle("Connect Intercom · Reachline" if another or reason else "Welcome to Reachline")
        self.resize(WIDTH, HEIGHT)
        self._build()
        self._connect()
        self._go_to(0)

    @property
    def step(self) -> Step:
        """The page that is shown."""
        return self.steps[self._at]

    def _chosen_name(self) -> str:
        return self.who.chosen_name

    # Going on and back.

    def _on_next(self) -> None:
        step = self.step
        if step.may_go_on:
            step.leave(lambda: self._after(step))

    def _after(self, step: Step) -> None:
        """The step has done its work; meanwhile the agent may have gone back from it."""
        if step is not self.step or self._is_over:
            return
        if step is self.finish:
            self._end(at_test=False)
        else:
            self._go_to(self._at + 1)

    def _on_back(self) -> None:
        if not self.step.go_back() and self._at > 0:
            self._go_to(self._at - 1)

    def _on_test(self) -> None:
        self._end(at_test=True)

    def _go_to(self, at: int) -> None:
        self._at = at
        self._rail.show_step(at)
        self._pages.setCurrentIndex(at)
        step = self.step
        step.enter()
        self._tell()
        target = step.lead_keyboard() or (self.next if self.next.isEnabled() else self.back)
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, f"{self._rail.accessibleName()}. {step.title.text()}")

    def _end(self, *, at_test: bool) -> None:
        self._is_over = True
        self.close()
        self.inbox_wanted.emit(at_test)

    def _tell(self) -> None:
        step = self.step
        self.next.setText(step.next_words)
        self.next.setVisible(bool(step.next_words))
        self.next.setEnabled(step.may_go_on)
        in_form = self.channels.accounts.open_form is not None and step is self.channels
        self.back.setVisible(self._at > 0 or in_form)

    def _on_ready(self) -> None:
        if self.sender() is self.step and self.next.isEnabled():
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    # The workspace that was added.

    def _on_began(self) -> None:
        """Below the pages from now on: how the first reading goes, and a way to stop it."""
        self._drop_connection()
        self._ticker = Ticker(self._setup.engine.clock, self)
        self._connection = ConnectionLine(self._theme, self._ticker)
        self._connection.try_now.connect(self._on_try_now)
        self._connection.stop_reading.connect(self._on_stop_reading)
        self._foot.insertWidget(0, self._connection)
        self._on_engine()

    def _on_engine(self) -> None:
        if self._connection is not None:
            queries = self._setup.engine.queries
            self._connection.show_connection(queries.connection())
            self._connection.show_progress(queries.progress())

    def _on_try_now(self) -> None:
        self._setup.submit(SyncNow())

    def _on_stop_reading(self) -> None:
        self._setup.submit(CancelFirstSync())

    def _drop_connection(self) -> None:
        if self._ticker is not None:
            self._ticker.stop()
        if self._connection is not None:
            self._connection.hide()
            self._foot.removeWidget(self._connection)
            self._connection.deleteLater()
            self._connection = None

    # The window itself.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses what has the keyboard; Escape leaves a form."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.step.go_back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.intercom.forget()
        self.channels.accounts.stop()
        self._setup.close()
        self._drop_connection()
        super().closeEvent(event)
        if not self._is_over:
            self._is_over = True
            self.abandoned.emit()

    def _build(self) -> None:
        self._rail = Rail(self._theme, [step.NAME for step in self.steps])
        self._pages = QStackedWidget()
        for step in self.steps:
            self._pages.addWidget(scrolled(step))
        self.back, self.next = QPushButton("Back"), QPushButton("Next")
        self.next.setObjectName("primary")
        for button in (self.back, self.next):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 0, PAD, 0)
        buttons.setSpacing(GAP)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.next)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(GAP)
        self._foot.addLayout(buttons)
        body = QVBoxLayout()
        body.setContentsMargins(3 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        body.setSpacing(PAD)
        body.addWidget(self._pages, 1)
        body.addLayout(self._foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._rail)
        whole.addLayout(body, 1)
        self._theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def _connect(self) -> None:
        for step in self.steps:
            step.changed.connect(self._tell)
            step.done.connect(self._on_next)
            step.ready.connect(self._on_ready)
        self.welcome.sample_wanted.connect(self.sample_wanted)
        self.relay.test_wanted.connect(self._on_test)
        self.next.clicked.connect(self._on_next)
        self.back.clicked.connect(self._on_back)
        for keys, act in (("Alt+Left", self._on_back), ("Alt+Right", self._on_next)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self._setup.began.connect(self._on_began)
        self._setup.changed.connect(self._on_engine)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        for step in self.steps:
            # Longer lines are hard to read.
            step.setMaximumWidth(round(PAGE_WIDTH * self._theme.text_scale))
        self.setObjectName("wizard")
        self.setStyleSheet(
            f"QWidget#wizard {{ background: {colors.surface}; }}"
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}"
            f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.border}; border-radius: 6px;"
            f" color: {colors.text}; outline: none; }}"
            f"QListWidget:focus {{ border-color: {colors.accent}; }}"
            f"QListWidget::item {{ padding: 6px; border-radius: 5px; }}"
            f"QListWidget::item:selected {{ background: {colors.selected}; color: {colors.text}; }}"
        )

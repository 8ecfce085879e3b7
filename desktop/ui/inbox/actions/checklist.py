"""Shows the checklist of what is left to set up, and remembers what is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings

from desktop.engine.views import ThreadView, WorkspaceView
from desktop.text.screens import first_day as texts
from desktop.ui.inbox.actions.settings import SettingsActions
from desktop.ui.inbox.panes import MainPanes
from desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    # Imported when it is shown: at most starts it is not.
    from desktop.ui.help.first_day.checklist import Checklist
    from desktop.ui.help.first_day.steps import SetupStep

_STATE, _FOLDED, _TRIED = "first_day/checklist", "first_day/checklist_folded", "first_day/notification_tried"
_OPEN, _CLOSED, _YES, _NO = "open", "closed", "yes", "no"


class ChecklistActions(QObject):
    """Shown from `open` until all is done or the agent dismisses it, across starts."""

    def __init__(
        self, theme: Theme, panes: MainPanes, actions: SettingsActions, settings: QSettings | None, parent: QObject
    ) -> None:
        """settings: stores what is done; None stores nothing."""
        super().__init__(parent)
        self._theme, self._panes, self._actions, self._settings = theme, panes, actions, settings
        self._workspace: WorkspaceView | None = None
        self._has_account = self._has_thread = self._stays_when_done = False
        self._has_tried_notification = self._load(_TRIED) == _YES
        self._folded = self._load(_FOLDED)
        self._is_wanted = self._load(_STATE) == _OPEN
        self.widget: Checklist | None = None
        actions.notification_tried.connect(self._on_notification_tried)
        actions.checklist_requested.connect(self._on_requested)

    def continue_from(self, former: ChecklistActions) -> None:
        """Show what another window shows, also where nothing is stored."""
        self._is_wanted, self._stays_when_done = former._is_wanted, former._stays_when_done
        self._folded, self._has_tried_notification = former._folded, former._has_tried_notification

    def open(self) -> None:
        self._is_wanted = True
        self._save(_STATE, _OPEN)
        self._update()

    def show_workspace(self, workspace: WorkspaceView) -> None:
        self._workspace = workspace
        self._update()

    def show_accounts(self, *, has_account: bool) -> None:
        self._has_account = has_account
        self._update()

    def show_thread(self, view: ThreadView | None) -> None:
        self._has_thread = view is not None
        self._fold()

    def _update(self) -> None:
        if not self._is_wanted or self._workspace is None:
            return
        from desktop.ui.help.first_day.steps import find_steps

        steps = find_steps(
            self._workspace.workspace,
            has_account=self._has_account,
            has_tried_notification=self._has_tried_notification,
        )
        if all(step.is_done for step in steps) and not self._stays_when_done:
            if self.widget is not None:
                self._panes.toast.show_message(texts.ALL_DONE())
            self._close()
            return
        if self.widget is None:
            self.widget = self._build()
            self._fold()
        self.widget.show_steps(steps)

    def _build(self) -> Checklist:
        from desktop.ui.help.first_day.checklist import Checklist

        checklist = Checklist(self._theme, self._panes.middle)
        checklist.step_chosen.connect(self._on_step)
        checklist.fold_toggled.connect(self._on_fold_toggled)
        checklist.dismissed.connect(self._close)
        self._panes.add_banner(checklist)
        return checklist

    def _fold(self) -> None:
        """Leave the room to the thread, if there is one and the agent has not chosen."""
        if self.widget is not None:
            is_folded = self._folded == _YES if self._folded else self._has_thread
            self.widget.set_folded(is_folded, is_over_thread=self._has_thread)

    def _close(self) -> None:
        self._is_wanted = self._stays_when_done = False
        self._save(_STATE, _CLOSED)
        widget, self.widget = self.widget, None
        if widget is not None:
            self._panes.remove_banner(widget)

    def _on_requested(self) -> None:
        self._folded = _NO
        self._save(_FOLDED, _NO)
        self._stays_when_done = True
        self.open()
        self._fold()
        if self.widget is not None:
            self.widget.focus_first()

    def _on_fold_toggled(self, is_folded: bool) -> None:
        self._folded = _YES if is_folded else _NO
        self._save(_FOLDED, self._folded)
        self._fold()

    def _on_step(self, step: SetupStep) -> None:
        from desktop.ui.help.first_day.steps import StepKind

        pages: dict[StepKind, Callable[[], None]] = {
            StepKind.OCTOPODS: self._actions.open_octopods,
            StepKind.DELIVERY_TEST: partial(self._actions.open_relay_test, next(iter(step.untested), None)),
            StepKind.ACCOUNT: self._actions.open_accounts,
            StepKind.NOTIFICATION: self._actions.open_notifications,
        }
        pages[step.kind]()

    def _on_notification_tried(self) -> None:
        if not self._has_tried_notification:
            self._has_tried_notification = True
            self._save(_TRIED, _YES)
            self._update()

    def _load(self, key: str) -> str:
        return str(self._settings.value(key, "")) if self._settings is not None else ""

    def _save(self, key: str, value: str) -> None:
        if self._settings is not None:
            self._settings.setValue(key, value)

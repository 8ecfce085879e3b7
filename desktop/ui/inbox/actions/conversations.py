"""What an agent does with conversations: assign, tag, prioritise, snooze, close, mark unread, each with Undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.model.facts import ConversationState, Priority
from desktop.engine.commands import (
    AssignConversation,
    AssignToTeam,
    CloseConversation,
    ConversationChange,
    MarkSeen,
    MarkUnread,
    ReopenConversation,
    SetPriority,
    SnoozeConversation,
    TagConversation,
    UntagConversation,
)
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text import formats
from desktop.text.screens import inbox as texts
from desktop.ui.inbox.actions.targets import Target
from desktop.ui.inbox.actions.undo import UndoableCommands
from desktop.ui.inbox.scheduling.choices import morning, snooze_times
from desktop.ui.inbox.scheduling.time_picker import TimePicker
from desktop.ui.look.text_direction import open_menu
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.choice_popup import Choice, ChoicePopup
from desktop.ui.widgets.toast import Toast

_TEAMMATE, _TEAM = "teammate:", "team:"
Targets = Sequence[Target]


class ConversationActions(QObject):
    """Actions on one conversation or several, from a button, a key, the palette or a menu."""

    def __init__(
        self, commands: UndoableCommands, submit: Submit, theme: Theme, ticker: Ticker, toast: Toast, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._commands, self._submit, self._theme = commands, submit, theme
        self._ticker, self._toast, self._window = ticker, toast, parent
        self._popup: ChoicePopup | None = None
        self._picker: TimePicker | None = None

    @property
    def popup(self) -> ChoicePopup:
        """The list of assignees or tags; the first access builds it."""
        if self._popup is None:
            self._popup = ChoicePopup(self._theme, self._window)
        return self._popup

    @property
    def picker(self) -> TimePicker:
        """The date and time to snooze until; the first access builds it."""
        if self._picker is None:
            self._picker = TimePicker(self._theme, self._ticker, texts.SNOOZE_UNTIL(), texts.SNOOZE(), self._window)
        return self._picker

    # --- close, reopen, snooze ---------------------------------------------------------------------------------------

    def close(self, targets: Targets) -> None:
        changes = [CloseConversation(t.conversation_id) for t in targets]
        self._change(targets, changes, texts.CLOSED, texts.CLOSED_SEVERAL)

    def reopen(self, targets: Targets) -> None:
        changes = [ReopenConversation(t.conversation_id) for t in targets]
        self._change(targets, changes, texts.REOPENED, texts.REOPENED_SEVERAL)

    def snooze_menu(self, targets: Targets, at: QPoint) -> QMenu:
        """Open the menu and return it. at: global position."""
        menu = QMenu(texts.SNOOZE_UNTIL(), self._window)
        menu.setAccessibleName(texts.SNOOZE_UNTIL())
        menu.aboutToHide.connect(menu.deleteLater)
        now = self._ticker.now()
        for label, until in snooze_times(now):
            _add_choice(menu, label, partial(self.snooze, targets, until))
        menu.addSeparator()
        _add_choice(menu, texts.PICK_TIME(), partial(self._pick_time, targets, at))
        if any(t.state is ConversationState.SNOOZED for t in targets):
            _add_choice(menu, texts.END_SNOOZE(), partial(self.reopen, targets))
        open_menu(menu, at)
        return menu

    def snooze(self, targets: Targets, until: datetime) -> None:
        """until: in UTC."""
        shown = formats.short_moment(until, self._ticker.now())
        changes = [SnoozeConversation(t.conversation_id, until) for t in targets]
        self._change(targets, changes, partial(texts.SNOOZED, until=shown), partial(texts.SNOOZED_SEVERAL, until=shown))

    def _pick_time(self, targets: Targets, at: QPoint) -> None:
        tomorrow = morning(self._ticker.now().astimezone(), 1)
        self.picker.open_at(at, tomorrow, partial(self.snooze, targets))

    # --- assign ------------------------------------------------------------------------------------------------------

    def choose_assignee(self, targets: Targets, workspace: WorkspaceView, at: QPoint) -> None:
        """Open the list of teammates and teams. at: global position."""
        teammate_ids = _shared(t.assignee_ids for t in targets)
        team_ids = _shared(t.team_ids for t in targets)
        me = workspace.me
        people = [(texts.ME(name=me.name), me.id)] if me is not None else []
        people += [*((t.name, t.id) for t in workspace.other_teammates), (texts.NOBODY(), "")]
        choices = [Choice(_TEAMMATE + i, label, i in teammate_ids) for label, i in people]
        if workspace.teams:
            teams = [*((t.name, t.id) for t in workspace.teams), (texts.NO_TEAM(), "")]
            choices = [Choice(None, texts.TEAMMATES()), *choices, Choice(None, texts.TEAMS())]
            choices += [Choice(_TEAM + i, label, i in team_ids) for label, i in teams]
        self.popup.open_at(at, texts.ASSIGN_TO(), choices, partial(self._assign, targets, workspace))

    def _assign(self, targets: Targets, workspace: WorkspaceView, key: str) -> None:
        changes: list[ConversationChange]
        if key.startswith(_TEAMMATE):
            assignee_id = key.removeprefix(_TEAMMATE)
            known = (*workspace.teammates, *((workspace.me,) if workspace.me is not None else ()))
            name = next((t.name for t in known if t.id == assignee_id), "")
            changes = [AssignConversation(t.conversation_id, assignee_id) for t in targets]
            removed, several_removed = texts.UNASSIGNED, texts.UNASSIGNED_SEVERAL
        else:
            assignee_id = key.removeprefix(_TEAM)
            name = next((t.name for t in workspace.teams if t.id == assignee_id), "")
            changes = [AssignToTeam(t.conversation_id, assignee_id) for t in targets]
            removed, several_removed = texts.REMOVED_FROM_TEAM, texts.REMOVED_SEVERAL_FROM_TEAM
        if assignee_id:
            one, several = partial(texts.ASSIGNED, name=name), partial(texts.ASSIGNED_SEVERAL, name=name)
            self._change(targets, changes, one, several)
        else:
            self._change(targets, changes, removed, several_removed)

    # --- tags and priority -------------------------------------------------------------------------------------------

    def choose_tag(self, targets: Targets, workspace: WorkspaceView, at: QPoint) -> None:
        """Open the list of tags; one that all targets have is removed by choosing it. at: global position."""
        present = _shared(t.tags for t in targets)
        names = list(dict.fromkeys([*sorted(present, key=str.casefold), *(t.name for t in workspace.tags)]))
        keys = {name.strip().casefold() for name in present}
        choices = [Choice(name, name, name.strip().casefold() in keys) for name in names]
        known = {choice.label.strip().casefold(): choice for choice in choices}
        self.popup.open_at(
            at,
            texts.ADD_OR_REMOVE_TAG(),
            list(known.values()),
            lambda name: self._tag(targets, name, remove=name.strip().casefold() in keys),
            lambda typed: texts.CREATE_TAG(tag=typed),
            partial(self._tag, targets),
        )

    def _tag(self, targets: Targets, name: str, *, remove: bool = False) -> None:
        if remove:
            changes: list[ConversationChange] = [UntagConversation(t.conversation_id, name) for t in targets]
            one, several = partial(texts.UNTAGGED, tag=name), partial(texts.UNTAGGED_SEVERAL, tag=name)
        else:
            changes = [TagConversation(t.conversation_id, name) for t in targets]
            one, several = partial(texts.TAGGED, tag=name), partial(texts.TAGGED_SEVERAL, tag=name)
        self._change(targets, changes, one, several)

    def toggle_priority(self, targets: Targets) -> None:
        """Mark all as priority, or none if all are."""
        is_priority = all(t.priority is not Priority.NONE for t in targets)
        priority = Priority.NONE if is_priority else Priority.HIGH
        changes = [SetPriority(t.conversation_id, priority) for t in targets]
        if is_priority:
            self._change(targets, changes, texts.MADE_ORDINARY, texts.MADE_SEVERAL_ORDINARY)
        else:
            self._change(targets, changes, texts.MADE_PRIORITY, texts.MADE_SEVERAL_PRIORITY)

    # --- read and unread ---------------------------------------------------------------------------------------------

    def mark_unread(self, customers: dict[str, str]) -> None:
        """customers: names by id."""
        for customer_id in customers:
            self._submit(MarkUnread(customer_id))
        undo = partial(self._unmark, tuple(customers))
        done = _one_or_several(customers, texts.MARKED_UNREAD, texts.MARKED_SEVERAL_UNREAD)
        self._toast.show_message(done, texts.UNDO(), undo)

    def mark_read(self, customers: dict[str, str]) -> None:
        """customers: names by id."""
        self._unmark(tuple(customers))
        self._toast.show_message(_one_or_several(customers, texts.MARKED_READ, texts.MARKED_SEVERAL_READ))

    def _unmark(self, customer_ids: tuple[str, ...]) -> None:
        for customer_id in customer_ids:
            self._submit(MarkSeen(customer_id))

    def _change(
        self,
        targets: Targets,
        changes: Sequence[ConversationChange],
        one: Callable[..., str],
        several: Callable[..., str],
    ) -> None:
        """one, several: sentences for what is done, with the conversation or the count of them."""
        if len(targets) == 1:
            done_text = one(conversation=targets[0].label)
            self._commands.submit_changes(changes, lambda _count: done_text)
        else:
            self._commands.submit_changes(changes, lambda count: several(count))


def _one_or_several(customers: dict[str, str], one: Callable[..., str], several: Callable[..., str]) -> str:
    names = tuple(customers.values())
    return one(name=names[0]) if len(names) == 1 else several(len(names))


def _shared(values: Iterable[Iterable[str]]) -> frozenset[str]:
    """What all of them have."""
    first, *others = map(frozenset, values)
    return first.intersection(*others)


def _add_choice(menu: QMenu, text: str, slot: Callable[[], object]) -> QAction:
    # Without this, an ampersand in a name would become a mnemonic.
    action = menu.addAction(text.replace("&", "&&"))
    action.triggered.connect(lambda _checked=False: slot())
    return action

"""The step that decides in which teammate's name replies go out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop.engine.commands import Answer, ChooseTeammate, Failed
from desktop.text.reasons.describe import describe
from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import add_clear_button
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.screen_reader.rows import SpokenChoice
from desktop.ui.widgets.status_line import StatusLine
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class TeammateStep(Step):
    """The list fills while the engine loads teammates, and keeps the selection.

    Preselected is the teammate stored last, if any, otherwise the owner of the token.
    """

    NAME = texts.PROFILE
    TITLE = texts.PROFILE_HEADING
    ABOUT = texts.PROFILE_ABOUT

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self._chosen_id = ""
        self._has_chosen = False
        self._names_by_id: dict[str, str] = {}
        self.list = QListWidget()
        self.search = _SearchField(self.list)
        self.search.textChanged.connect(self._fill)
        self.list.setAccessibleName(texts.TEAMMATES())
        self.list.setMinimumHeight(140)
        SpokenChoice(self.list)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemActivated.connect(self._on_activated)
        self.search.returnPressed.connect(self._on_activated)
        self._nobody = Paragraph("", muted=True)
        self.remark, self.error_line = StatusLine(theme), StatusLine(theme)
        layouts.add_items(self.column, self.remark, self.search, self._nobody)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.error_line)
        setup.engine_started.connect(self._on_engine_started)
        setup.workspace_loaded.connect(self._on_workspace_loaded)

    @property
    def chosen_name(self) -> str:
        return self._names_by_id.get(self._chosen_id, "")

    @property
    def can_continue(self) -> bool:
        return bool(self._chosen_id)

    def initial_focus(self) -> QWidget:
        return self.search

    def leave(self, then: Callable[[], None]) -> None:
        view = self.setup.view
        if view is not None and view.me is not None and view.me.id == self._chosen_id:
            then()
            return

        def show_answer(answer: Answer) -> None:
            if isinstance(answer, Failed):
                self.error_line.show_error(describe(answer.reason))
            else:
                then()

        self.error_line.clear()
        # An empty id stands for the token's owner, also if that changes later.
        self.setup.submit(ChooseTeammate("" if self._chosen_id == self._owner_id else self._chosen_id), show_answer)

    @property
    def _owner_id(self) -> str:
        return self.setup.tried.account.teammate.id if self.setup.tried is not None else ""

    def _on_engine_started(self) -> None:
        assert self.setup.tried is not None
        owner = self.setup.tried.account.teammate
        self._chosen_id, self._names_by_id = owner.id, {owner.id: owner.name}
        self._has_chosen = False
        self.remark.set_status(texts.CHOOSE_NAME(name=owner.name))
        self._fill()

    def _on_workspace_loaded(self) -> None:
        view = self.setup.view
        assert view is not None
        if view.me is not None and not self._has_chosen:
            self._chosen_id = view.me.id
        teammates = {t.id: t.name for t in view.teammates}
        if view.me is not None:
            teammates.setdefault(view.me.id, view.me.name)
        self._names_by_id |= teammates
        self._fill()

    def _fill(self) -> None:
        """List the teammates that match the search; the selection stays although it may not be listed."""
        words = self.search.text().casefold().split()
        self.list.blockSignals(True)
        self.list.clear()
        # Names with the words at the start of a part come before those with them inside.
        ranked = sorted(
            (not _matches_starts(name, words), name.casefold(), key) for key, name in self._names_by_id.items()
        )
        for _, folded, teammate_id in ranked:
            name = self._names_by_id[teammate_id]
            if all(word in folded for word in words):
                is_owner = teammate_id == self._owner_id
                item = QListWidgetItem(texts.TEAMMATE_OWNER(name=name) if is_owner else name)
                item.setData(Qt.ItemDataRole.UserRole, teammate_id)
                self.list.addItem(item)
                if teammate_id == self._chosen_id:
                    self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        if words and self.list.count() and self.list.currentItem() is None:
            self.list.setCurrentRow(0)
        self._nobody.setText("" if self.list.count() else texts.NOBODY_FOUND())
        self._nobody.setVisible(not self.list.count())
        self.changed.emit()

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._chosen_id = item.data(Qt.ItemDataRole.UserRole)
            self._has_chosen = True
            self.changed.emit()

    def _on_activated(self) -> None:
        if self.list.currentItem() is not None:
            self.done.emit()


def _matches_starts(name: str, words: list[str]) -> bool:
    parts = name.casefold().split()
    return all(any(part.startswith(word) for part in parts) for word in words)


class _SearchField(QLineEdit):
    """A search field whose Up and Down keys move in `results`."""

    def __init__(self, results: QListWidget) -> None:
        super().__init__()
        self._results = results
        self.setPlaceholderText(texts.SEARCH())
        self.setAccessibleName(texts.SEARCH_TEAMMATES())
        add_clear_button(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and self._results.count():
            self._results.setCurrentRow(max(0, min(self._results.count() - 1, self._results.currentRow() + step)))
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.returnPressed.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

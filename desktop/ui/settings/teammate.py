"""The settings page that decides in which teammate's name replies go out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.engine.commands import ChooseTeammate
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import push_button


class TeammatePage(Page):
    TITLE = texts.PROFILE
    ABOUT = texts.PROFILE_ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._my_id = ""
        self._list = QListWidget()
        self._list.setAccessibleName(texts.TEAMMATES())
        self._list.itemActivated.connect(self._on_save)
        self._list.currentItemChanged.connect(self._on_current)
        self._save_button = push_button(texts.SAVE(), self._on_save)
        self.column.addWidget(self._list, 1)
        self.add_footer(self._save_button, push_button(texts.USE_TOKEN_OWNER(), self._on_owner))

    def show_workspace(self, view: WorkspaceView) -> None:
        selected_id = self._selected_id()
        self._my_id = view.me.id if view.me is not None else ""
        people = {t.id: t.name for t in view.teammates}
        if view.me is not None:
            people.setdefault(view.me.id, view.me.name)
        self._list.clear()
        for teammate_id, name in sorted(people.items(), key=lambda p: p[1].casefold()):
            item = QListWidgetItem(texts.TEAMMATE_YOU(name=name) if teammate_id == self._my_id else name)
            item.setData(Qt.ItemDataRole.UserRole, teammate_id)
            self._list.addItem(item)
            if teammate_id == (selected_id or self._my_id):
                self._list.setCurrentItem(item)
        self._on_current()

    def _selected_id(self) -> str:
        item = self._list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _on_current(self) -> None:
        self._save_button.setEnabled(self._selected_id() not in ("", self._my_id))

    def _on_save(self) -> None:
        teammate_id = self._selected_id()
        if teammate_id and teammate_id != self._my_id:
            name = self._list.currentItem().text()
            self.submit(ChooseTeammate(teammate_id), texts.REPLY_AS(name=name))

    def _on_owner(self) -> None:
        self.submit(ChooseTeammate(""), texts.REPLY_AS_OWNER())

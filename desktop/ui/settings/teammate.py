"""The settings page that decides in which teammate's name replies go out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.engine.commands import ChooseTeammate
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import push_button


class TeammatePage(Page):
    TITLE = "Who am I"
    ABOUT = (
        "Replies and notes go out in this name. A token belongs to whoever made the app, so Intercom cannot tell us "
        "who sits here."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._my_id = ""
        self._list = QListWidget()
        self._list.setAccessibleName("Teammates")
        self._list.itemActivated.connect(self._on_save)
        self._list.currentItemChanged.connect(self._on_current)
        self._save_button = push_button("This is me", self._on_save)
        self.column.addWidget(self._list, 1)
        self.add_footer(self._save_button, push_button("Back to the token's owner", self._on_owner))

    def show_workspace(self, view: WorkspaceView) -> None:
        selected_id = self._selected_id()
        self._my_id = view.me.id if view.me is not None else ""
        people = {t.id: t.name for t in view.teammates}
        if view.me is not None:
            people.setdefault(view.me.id, view.me.name)
        self._list.clear()
        for teammate_id, name in sorted(people.items(), key=lambda p: p[1].casefold()):
            item = QListWidgetItem(f"{name}   ·   you" if teammate_id == self._my_id else name)
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
            self.submit(ChooseTeammate(teammate_id), f"From now on replies go out in {name}'s name.")

    def _on_owner(self) -> None:
        self.submit(ChooseTeammate(""), "From now on replies go out in the name of the token's owner.")

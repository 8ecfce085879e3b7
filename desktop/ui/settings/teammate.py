"""Who am I: in whose name replies go out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QWidget

from desktop.engine.commands import ChooseTeammate
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page, Submit


class WhoPage(Page):
    TITLE = "Who am I"
    ABOUT = (
        "Replies and notes go out in this name. A token belongs to whoever made the app, so Intercom cannot tell us "
        "who sits here."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._me = ""
        self._list = QListWidget()
        self._list.setAccessibleName("Teammates")
        self._list.itemActivated.connect(self._on_take)
        self._list.currentItemChanged.connect(self._on_current)
        self._take = QPushButton("This is me")
        self._take.clicked.connect(self._on_take)
        owner = QPushButton("Back to the token's owner")
        owner.clicked.connect(self._on_owner)
        self.column.addWidget(self._list, 1)
        self.end(self._take, owner)

    def show_workspace(self, view: WorkspaceView) -> None:
        chosen = self._current()
        self._me = view.me.id if view.me is not None else ""
        people = {t.id: t.name for t in view.teammates}
        if view.me is not None:
            people.setdefault(view.me.id, view.me.name)
        self._list.clear()
        for teammate_id, name in sorted(people.items(), key=lambda p: p[1].casefold()):
            item = QListWidgetItem(f"{name}   ·   you" if teammate_id == self._me else name)
            item.setData(Qt.ItemDataRole.UserRole, teammate_id)
            self._list.addItem(item)
            if teammate_id == (chosen or self._me):
                self._list.setCurrentItem(item)
        self._on_current()

    def _current(self) -> str:
        item = self._list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _on_current(self) -> None:
        self._take.setEnabled(self._current() not in ("", self._me))

    def _on_take(self) -> None:
        teammate_id = self._current()
        if teammate_id and teammate_id != self._me:
            name = self._list.currentItem().text()
            self.wish(ChooseTeammate(teammate_id), f"From now on replies go out in {name}'s name.")

    def _on_owner(self) -> None:
        self.wish(ChooseTeammate(""), "From now on replies go out in the name of the token's owner.")

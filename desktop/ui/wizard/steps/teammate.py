"""Who step: in whose name replies go out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from desktop.engine.commands import Answer, ChooseTeammate, Failed
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.status_line import Line, Tone
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class WhoStep(Step):
    """The list fills while the engine reads. Who was chosen stays so; before that, who it was the last time, if any,
    else the token's owner."""

    NAME = "Who am I"
    TITLE = "Which teammate are you?"
    ABOUT = "Your replies and notes go out in this name, and “Mine” lists what is assigned to it."

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self._chosen = ""
        self._is_own_choice = False
        self._people: dict[str, str] = {}
        self.search = _Search()
        self.search.textChanged.connect(self._fill)
        self.list = QListWidget()
        self.list.setAccessibleName("Teammates")
        self.list.setMinimumHeight(140)
        self.search.into = self.list
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemActivated.connect(self._on_activated)
        self.search.returnPressed.connect(self._on_activated)
        self._nobody = Paragraph("", muted=True)
        self.remark, self.error_line = Line(theme), Line(theme)
        for widget in (self.remark, self.search, self._nobody):
            self.column.addWidget(widget)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.error_line)
        setup.began.connect(self._on_began)
        setup.read.connect(self._on_read)

    @property
    def chosen_name(self) -> str:
        return self._people.get(self._chosen, "")

    @property
    def may_go_on(self) -> bool:
        return bool(self._chosen)

    def lead_keyboard(self) -> QWidget:
        return self.search

    def leave(self, then: Callable[[], None]) -> None:
        view = self.setup.view
        if view is not None and view.me is not None and view.me.id == self._chosen:
            then()
            return

        def answered(answer: Answer) -> None:
            if isinstance(answer, Failed):
                self.error_line.say(answer.sentence, Tone.BAD, aloud=True)
            else:
                then()

        self.error_line.say("")
        # Nobody in particular stands for the token's owner, whoever that will be.
        self.setup.submit(ChooseTeammate("" if self._chosen == self._owner_id else self._chosen), answered)

    @property
    def _owner_id(self) -> str:
        return self.setup.tried.account.teammate.id if self.setup.tried is not None else ""

    def _on_began(self) -> None:
        assert self.setup.tried is not None
        owner = self.setup.tried.account.teammate
        self._chosen, self._people = owner.id, {owner.id: owner.name}
        self._is_own_choice = False
        self.remark.say(f"The token belongs to {owner.name}. If somebody else sits here, choose yourself.")
        self._fill()

    def _on_read(self) -> None:
        view = self.setup.view
        assert view is not None
        if view.me is not None and not self._is_own_choice:
            self._chosen = view.me.id
        found = {t.id: t.name for t in view.teammates}
        if view.me is not None:
            found.setdefault(view.me.id, view.me.name)
        self._people |= found
        self._fill()

    def _fill(self) -> None:
        """Who fits what is searched for. The choice stays where it is not among them, until another is made."""
        wanted = self.search.text().casefold().split()
        self.list.blockSignals(True)
        self.list.clear()
        # Whose name begins like what is searched for comes before who only has it inside.
        ranked = sorted((not _begins(name, wanted), name.casefold(), key) for key, name in self._people.items())
        for _, folded, teammate_id in ranked:
            name = self._people[teammate_id]
            if all(word in folded for word in wanted):
                item = QListWidgetItem(f"{name}   ·   owns the token" if teammate_id == self._owner_id else name)
                item.setData(Qt.ItemDataRole.UserRole, teammate_id)
                self.list.addItem(item)
                if teammate_id == self._chosen:
                    self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        if wanted and self.list.count() and self.list.currentItem() is None:
            self.list.setCurrentRow(0)
        self._nobody.setText("" if self.list.count() else "Nobody of this name is known.")
        self._nobody.setVisible(not self.list.count())
        self.changed.emit()

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._chosen = item.data(Qt.ItemDataRole.UserRole)
            self._is_own_choice = True
            self.changed.emit()

    def _on_activated(self) -> None:
        if self.list.currentItem() is not None:
            self.done.emit()


def _begins(name: str, wanted: list[str]) -> bool:
    parts = name.casefold().split()
    return all(any(part.startswith(word) for part in parts) for word in wanted)


class _Search(QLineEdit):
    """Up and Down move in the list below while one goes on typing. into: that list."""

    into: QListWidget

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Search by name")
        self.setAccessibleName("Search the teammates by name")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and self.into.count():
            self.into.setCurrentRow(max(0, min(self.into.count() - 1, self.into.currentRow() + step)))
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.returnPressed.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

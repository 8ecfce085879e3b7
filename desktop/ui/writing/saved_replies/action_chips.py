"""What a saved reply does after it is sent, as chips that can be removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.domain.content.snippets import ActionKind, SnippetAction
from desktop.text.catalog import strip_isolates
from desktop.text.screens.writing import saved_replies as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.buttons import show_name
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Label

_ENDS = (ActionKind.CLOSE, ActionKind.SNOOZE)
_ASSIGNS = (ActionKind.ASSIGN, ActionKind.ASSIGN_TEAM)


class ActionChips(QWidget):
    """Hidden without actions.

    Signals:
        changed: the agent removed one. arg: the remaining ones.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, title: str = "", parent: QWidget | None = None) -> None:
        """title: in front of the chips."""
        super().__init__(parent)
        self._theme = theme
        self._actions: tuple[SnippetAction, ...] = ()
        self._title = Label(title, self)
        self._title.setVisible(bool(title))
        self._flow = FlowLayout(self._title, spacing=GAP - 2, parent=self)
        self.hide()

    @property
    def shown_actions(self) -> tuple[SnippetAction, ...]:
        return self._actions

    @property
    def labels(self) -> list[str]:
        """What the chips say."""
        return [chip.text() for chip in self.findChildren(QPushButton) if not chip.isHidden()]

    def show_actions(self, actions: Sequence[SnippetAction], describe: Callable[[SnippetAction], str]) -> None:
        texts_shown = [describe(action) for action in actions]
        if (tuple(actions), texts_shown) == (self._actions, self.labels):
            return
        self._actions = tuple(actions)
        while self._flow.count() > 1:
            item = self._flow.takeAt(1)
            chip = item.widget() if item is not None else None
            if chip is not None:
                # This may run in the chip's own click handler, so it has to outlive the call.
                chip.hide()
                chip.deleteLater()
        for action, text in zip(self._actions, texts_shown, strict=True):
            chip = QPushButton(text, self)
            chip.setIcon(icons.icon("fa6s.xmark", self._theme.color("muted")))
            side = round(self.fontMetrics().height() * 0.8)
            chip.setIconSize(QSize(side, side))
            name = strip_isolates(texts.REMOVE_ACTION(action=text))
            show_name(chip, name)
            chip.clicked.connect(partial(self._remove, action))
            self._flow.addWidget(chip)
            chip.show()
        self.setVisible(bool(self._actions))
        self.updateGeometry()

    def _remove(self, action: SnippetAction, _checked: bool = False) -> None:
        self.changed.emit(tuple(a for a in self._actions if a != action))


def add_actions(before: Sequence[SnippetAction], added: Sequence[SnippetAction]) -> tuple[SnippetAction, ...]:
    """Return both together. Of two that exclude each other, the one that was added stays."""
    actions = list(before)
    for action in added:
        excluded = next((kinds for kinds in (_ENDS, _ASSIGNS[:1], _ASSIGNS[1:]) if action.kind in kinds), ())
        actions = [a for a in actions if a.kind not in excluded and a != action] + [action]
    return tuple(actions)

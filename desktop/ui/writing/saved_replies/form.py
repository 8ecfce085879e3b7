"""The form in which a saved reply is written."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QPushButton, QWidget

from desktop.domain.content.placeholders import OFFERED
from desktop.domain.content.snippets import ActionKind, Snippet, SnippetAction
from desktop.engine.views import WorkspaceView
from desktop.text.screens.writing import saved_replies as texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labelled_field import LabelledField
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area
from desktop.ui.writing.saved_replies.action_chips import ActionChips, add_actions

SNOOZE_HOURS = (1, 3, 24, 72, 168)
_LEAST_LINES = 4


class SnippetForm(QWidget):
    """What was typed stays until it is saved or left.

    Signals:
        saved: arg: Snippet.
        left: the agent wants to go back to the list.
    """

    saved = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._snippet = Snippet("", "", "")
        self._others: tuple[Snippet, ...] = ()
        self._workspace: WorkspaceView | None = None
        self._title = Heading(theme, size_delta_pt=3)
        self.name = LabelledField(theme, texts.NAME())
        self.folder = LabelledField(theme, texts.FOLDER())
        self.folder.edit.setPlaceholderText(texts.FOLDER_HINT())
        for field in (self.name, self.folder):
            # Its own words, in the direction of its language.
            field.edit.setLayoutDirection(self.layoutDirection())
            field.edited.connect(self._update)
            field.entered.connect(self._on_save)
        heading = Heading(theme, texts.TEXT())
        self.text = _SnippetText()
        self.text.setAccessibleName(texts.TEXT())
        self.text.textChanged.connect(self._update)
        heading.setBuddy(self.text)
        self.placeholder_button = self._menu_button(texts.INSERT_PLACEHOLDER())
        self.placeholder_menu = self.placeholder_button.menu()
        for name in OFFERED:
            self.placeholder_menu.addAction(texts.PLACEHOLDERS[name](), partial(self._insert_placeholder, name))
        self.action_button = self._menu_button(texts.ADD_ACTION())
        self.action_button.menu().aboutToShow.connect(self._fill_action_menu)
        self.chips = ActionChips(theme, texts.AFTER_SENDING())
        self.chips.changed.connect(self._show_actions)
        content = ScrollContent()
        layouts.column(
            self.name,
            self.folder,
            heading,
            self.text,
            Paragraph(texts.PLACEHOLDERS_ABOUT(placeholder="{{first_name}}"), muted=True),
            self.chips,
            FlowLayout(self.placeholder_button, self.action_button),
            "stretch",
            parent=content,
            spacing=GAP,
            margins=(0, 0, PAD, 0),
        )
        self.save_button = push_button(texts.SAVE(), self._on_save, style="primary")
        self.cancel_button = push_button(texts.CANCEL(), self.left)
        column = layouts.column(
            self._title, scroll_area(content), FlowLayout(self.save_button, self.cancel_button), parent=self
        )
        column.setStretch(1, 1)

    @property
    def has_changes(self) -> bool:
        """Whether anything is written that is not saved."""
        return self._written() != self._snippet

    def show_workspace(self, view: WorkspaceView) -> None:
        self._workspace, self._others = view, view.snippets

    def open_new(self, text: str = "", folder: str = "") -> None:
        """Begin a new one with this text."""
        self._open(Snippet(uuid4().hex, "", "", folder), texts.NEW())
        self.text.setPlainText(text)

    def open_existing(self, snippet: Snippet) -> None:
        self._open(snippet, texts.EDIT_REPLY())

    def _open(self, snippet: Snippet, title: str) -> None:
        self._snippet = snippet
        self._title.setText(title)
        self.name.set_text(snippet.name)
        self.name.show_error("")
        self.folder.set_text(snippet.folder)
        self.text.setPlainText(snippet.text)
        self._show_actions(snippet.actions)
        self._update()
        self.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _written(self) -> Snippet:
        folder = " ".join(self.folder.value.split())
        return replace(
            self._snippet,
            name=" ".join(self.name.value.split()),
            folder=folder,
            text=self.text.toPlainText(),
            actions=self.chips.shown_actions,
        )

    def _update(self) -> None:
        written = self._written()
        self.save_button.setEnabled(bool(written.name and written.text.strip()))

    def _on_save(self) -> None:
        written = self._written()
        if not self.save_button.isEnabled():
            return
        if any(other.place == written.place and other.id != written.id for other in self._others):
            self.name.show_error(texts.NAME_TAKEN())
            return
        self._snippet = written
        self.saved.emit(written)

    def _insert_placeholder(self, name: str) -> None:
        self.text.insertPlainText(f"{{{{{name}}}}}")
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- actions -----------------------------------------------------------------------------------------------------

    def _fill_action_menu(self) -> None:
        menu = self.action_button.menu()
        menu.clear()
        workspace = self._workspace
        if workspace is not None:
            tags = menu.addMenu(texts.ADD_TAG())
            for tag in workspace.tags:
                self._add_choice(tags, tag.name, SnippetAction(ActionKind.TAG, tag.name))
            tags.setEnabled(not tags.isEmpty())
            people = menu.addMenu(texts.ADD_ASSIGNEE())
            for teammate in workspace.teammates:
                self._add_choice(people, teammate.name, SnippetAction(ActionKind.ASSIGN, teammate.id))
            people.addSeparator()
            for team in workspace.teams:
                self._add_choice(people, team.name, SnippetAction(ActionKind.ASSIGN_TEAM, team.id))
        snooze = menu.addMenu(texts.ADD_SNOOZE())
        for hours in SNOOZE_HOURS:
            action = SnippetAction(ActionKind.SNOOZE, str(hours))
            self._add_choice(snooze, self._describe(action), action)
        self._add_choice(menu, texts.ADD_CLOSE(), SnippetAction(ActionKind.CLOSE))

    def _add_choice(self, menu: QMenu, label: str, action: SnippetAction) -> None:
        # Without this, an ampersand in a name would become a mnemonic.
        menu.addAction(label.replace("&", "&&"), partial(self._add_action, action))

    def _add_action(self, action: SnippetAction) -> None:
        self._show_actions(add_actions(self.chips.shown_actions, (action,)))

    def _show_actions(self, actions: tuple[SnippetAction, ...]) -> None:
        self.chips.show_actions(actions, self._describe)

    def _describe(self, action: SnippetAction) -> str:
        workspace = self._workspace
        teammates = {t.id: t.name for t in workspace.teammates} if workspace is not None else {}
        teams = {t.id: t.name for t in workspace.teams} if workspace is not None else {}
        return texts.describe_action(action, teammates, teams)

    def _menu_button(self, text: str) -> QPushButton:
        button = push_button(text)
        menu = QMenu(button)
        menu.setAccessibleName(text)
        button.setMenu(menu)
        return button


class _SnippetText(QPlainTextEdit):
    """Tab leaves it, as everywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), (_LEAST_LINES + 1) * self.fontMetrics().lineSpacing())

"""The context menu of a text field whose spelling is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop.text.writing import spelling as texts


class SpellingMenu:
    """Adds what concerns spelling to a menu: above its actions what concerns a word, below them the language."""

    def __init__(self, menu: QMenu) -> None:
        self._menu = menu
        self._first = menu.actions()[0] if menu.actions() else menu.addSeparator()
        self._looking: QAction | None = None

    def add_word(self, word: str, add: Callable[[], object], ignore: Callable[[], object]) -> None:
        """Add what can be done with a misspelt word; its suggestions come when they are there."""
        self._looking = self._insert(texts.LOOKING())
        self._looking.setEnabled(False)
        self._insert(texts.ADD_WORD(text=word.replace("&", "&&")), add)
        self._insert(texts.IGNORE(), ignore)
        self._menu.insertSeparator(self._first)

    def show_suggestions(self, suggestions: Iterable[str], choose: Callable[[str], object]) -> None:
        """Put them where it says that they are looked for."""
        looking, self._looking = self._looking, None
        if looking is None:
            return
        actions = []
        for suggestion in suggestions:
            action = QAction(suggestion.replace("&", "&&"), self._menu)
            font = action.font()
            font.setBold(True)
            action.setFont(font)
            action.triggered.connect(partial(choose, suggestion))
            actions.append(action)
        if not actions:
            looking.setText(texts.NO_SUGGESTIONS())
            return
        was_active = self._menu.activeAction()
        self._menu.insertActions(looking, actions)
        self._menu.removeAction(looking)
        # By the keyboard, the first of them is the likeliest one.
        if was_active in (None, looking):
            self._menu.setActiveAction(actions[0])

    def add_languages(self, languages: Iterable[str], current: str, choose: Callable[[str], object]) -> None:
        """Add the choice of the language. current: "" where none is checked."""
        self._menu.addSeparator()
        names = self._menu.addMenu(texts.LANGUAGE())
        group = QActionGroup(names)
        for language in languages:
            action = names.addAction(language_name(language), partial(choose, language))
            action.setCheckable(True)
            action.setChecked(language == current)
            group.addAction(action)

    def add_switch(self, is_on: bool, switch: Callable[[bool], object]) -> None:
        """Add the switch of the spell check."""
        action = self._menu.addAction(texts.CHECK_SPELLING())
        action.setCheckable(True)
        action.setChecked(is_on)
        action.triggered.connect(switch)

    def _insert(self, text: str, on_click: Callable[[], object] | None = None) -> QAction:
        action = QAction(text, self._menu)
        if on_click is not None:
            action.triggered.connect(lambda _checked=False: on_click())
        self._menu.insertAction(self._first, action)
        return action


def language_name(code: str) -> str:
    """The name of a language in that language, such as `Deutsch`; the code where Qt doesn't know it."""
    locale = QLocale(code)
    if locale.language() == QLocale.Language.C:
        return code
    # Qt says "American English" and "español de España".
    name = locale.nativeLanguageName().split()[-1 if locale.language() == QLocale.Language.English else 0]
    return name[:1].upper() + name[1:]

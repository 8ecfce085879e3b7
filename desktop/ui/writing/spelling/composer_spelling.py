"""Checks the spelling in the composer: underlines, the menu of a word, the language of each conversation."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit

from desktop.domain.content.spelling import Word, base_language, plain_word
from desktop.domain.model.facts import Contact
from desktop.text.catalog import language as screen_language
from desktop.text.writing import spelling as texts
from desktop.ui.look.text_direction import open_menu
from desktop.ui.look.theme import Theme
from desktop.ui.writing.spelling.highlighter import SpellingHighlighter, utf16
from desktop.ui.writing.spelling.menu import SpellingMenu, language_name
from desktop.ui.writing.spelling.preferences import SpellingPreferences
from desktop.ui.writing.spelling.speller import Speller

ShowMessage = Callable[..., object]
"""Takes a sentence, then the label of a button and what it does, if there is one."""


class ComposerSpelling(QObject):
    """Created with the first focus in the composer's text."""

    def __init__(
        self,
        edit: QPlainTextEdit,
        theme: Theme,
        speller: Speller,
        preferences: SpellingPreferences,
        show_message: ShowMessage,
    ) -> None:
        super().__init__(edit)
        self._edit, self._theme, self._speller, self._preferences = edit, theme, speller, preferences
        self._show_message = show_message
        self._conversation = ""
        self._contact: Contact | None = None
        # By conversation, as chosen in the menu.
        self._chosen: dict[str, str] = {}
        self._menu: QMenu | None = None
        self._menu_at = QPoint()
        self._highlighter = SpellingHighlighter(edit, speller)
        edit.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        edit.customContextMenuRequested.connect(self._on_menu_requested)
        preferences.changed.connect(self._update)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def language(self) -> str:
        """The language that is checked; "" for none."""
        return self._highlighter.language

    @property
    def misspelt(self) -> list[str]:
        """What is underlined, or would be once the cursor leaves it."""
        found, block = list[str](), self._edit.document().begin()
        while block.isValid():
            found += (word.text for word in self._highlighter.misspelt_words(block))
            block = block.next()
        return found

    def show_conversation(self, conversation: str, contact: Contact | None) -> None:
        """Check the language of a conversation. conversation: "" for none. contact: None for a note to the team."""
        if (conversation, contact) != (self._conversation, self._contact):
            self._conversation, self._contact = conversation, contact
            self._update()

    def go_to_next(self) -> None:
        """Select the next misspelt word, from the beginning again after the last, and open its menu."""
        if not self._preferences.is_on:
            turn_on = partial(self._preferences.set_on, True)
            self._show_message(texts.IS_OFF(), texts.TURN_ON(), turn_on)
        else:
            # What was never looked at is asked for now.
            self._next_misspelt()
            self._speller.when_checked(self._open_next)

    def _open_next(self) -> None:
        cursor = self._next_misspelt()
        if cursor is None:
            self._show_message(self._obstacle() or texts.NO_MISTAKES())
            return
        self._edit.setTextCursor(cursor)
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        below = self._edit.viewport().mapToGlobal(self._edit.cursorRect(cursor).bottomLeft())
        self._open_menu(cursor, below)

    def _obstacle(self) -> str:
        """Why nothing is checked though it is on; "" where it is."""
        if self._speller.is_broken:
            return texts.STOPPED()
        if not self._speller.languages:
            return texts.NOT_AVAILABLE()
        return "" if self.language else texts.NO_DICTIONARY(language=language_name(self._wanted_language()))

    def _wanted_language(self) -> str:
        if (chosen := self._chosen.get(self._conversation)) is not None:
            return chosen
        spoken = contact_language(self._contact) if self._contact is not None else ""
        return spoken or base_language(screen_language()) or "en"

    def _update(self) -> None:
        wanted = self._wanted_language()
        checked = wanted if self._preferences.is_on and wanted in self._speller.languages else ""
        names = re.findall(r"[^\W\d_]+", self._contact.name) if self._contact is not None else ()
        self._highlighter.known = frozenset(map(plain_word, names))
        self._highlighter.language = checked
        self._highlighter.rehighlight()

    def _apply_theme(self) -> None:
        self._highlighter.set_color(self._theme.color("danger"))

    # --- the menu ----------------------------------------------------------------------------------------------------

    def _on_menu_requested(self, at: QPoint) -> None:
        cursor = self._edit.cursorForPosition(self._edit.viewport().mapFrom(self._edit, at))
        self._open_menu(cursor, self._edit.mapToGlobal(at))

    def _open_menu(self, cursor: QTextCursor, at: QPoint) -> None:
        """Open the menu at once. cursor: at the word that it is for. at: global position."""
        menu, self._menu_at = self._edit.createStandardContextMenu(), at
        self._menu = menu
        menu.aboutToHide.connect(self._on_menu_hidden)
        menu.aboutToHide.connect(menu.deleteLater)
        spelling = SpellingMenu(menu)
        word = self._misspelt_at(cursor)
        if word is not None and not self._edit.isReadOnly():
            chosen = self._select(cursor, word)
            spelling.add_word(word.text, partial(self._add, word.plain), partial(self._ignore, word.plain))
            self._speller.suggest(self.language, word.plain, partial(self._on_suggestions, menu, spelling, chosen))
        if self._preferences.is_on:
            spelling.add_languages(self._speller.languages, self.language, self._choose_language)
        if self._speller.languages:
            spelling.add_switch(self._preferences.is_on, self._preferences.set_on)
        open_menu(menu, at)

    def _on_menu_hidden(self) -> None:
        self._menu = None

    def _on_suggestions(self, menu: QMenu, spelling: SpellingMenu, chosen: QTextCursor, found: tuple[str, ...]) -> None:
        # The menu may be closed, or another one open.
        if menu is not self._menu:
            return
        before, is_above = menu.geometry(), menu.y() < self._menu_at.y()
        spelling.show_suggestions(found, partial(self._replace, chosen, chosen.selectedText()))
        if is_above:
            # What is below them, and under the mouse, stays where it is.
            menu.move(before.left(), before.bottom() + 1 - menu.height())

    def _replace(self, chosen: QTextCursor, before: str, after: str) -> None:
        """The word may have been changed meanwhile, by a reply that was sent, say."""
        if chosen.selectedText() == before and not self._edit.isReadOnly():
            chosen.insertText(after)

    def _add(self, word: str) -> None:
        self._preferences.add_word(word)

    def _ignore(self, word: str) -> None:
        self._speller.ignore(word)
        self._highlighter.rehighlight()

    def _choose_language(self, language: str) -> None:
        self._chosen[self._conversation] = language
        self._update()

    # --- words of the text -------------------------------------------------------------------------------------------

    def _misspelt_at(self, cursor: QTextCursor) -> Word | None:
        at = cursor.positionInBlock()
        text = cursor.block().text()
        for word in self._highlighter.misspelt_words(cursor.block()):
            start = utf16(text[: word.start])
            if start <= at <= start + utf16(word.text):
                return word
        return None

    def _select(self, cursor: QTextCursor, word: Word) -> QTextCursor:
        block = cursor.block()
        start = block.position() + utf16(block.text()[: word.start])
        chosen = QTextCursor(self._edit.document())
        chosen.setPosition(start)
        chosen.setPosition(start + utf16(word.text), QTextCursor.MoveMode.KeepAnchor)
        return chosen

    def _next_misspelt(self) -> QTextCursor | None:
        found, block = list[QTextCursor](), self._edit.document().begin()
        while block.isValid():
            at = QTextCursor(block)
            found += (self._select(at, word) for word in self._highlighter.misspelt_words(block))
            block = block.next()
        here = self._edit.textCursor().position()
        return next((c for c in found if c.selectionStart() >= here), found[0] if found else None)


def contact_language(contact: Contact) -> str:
    """The language that Intercom or a bridge says a contact speaks; "" if unknown."""
    values = [v for n, v in contact.attributes.items() if n.casefold() == "language"]
    values += [v for n, v in contact.bridge_attributes.items() if n.endswith("language")]
    return next(filter(None, map(base_language, values)), "")

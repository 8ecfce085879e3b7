"""Choose the language of the screen: by the command line or the environment, by the agent, else the system's."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.text import catalog
from desktop.text.locale import EnglishFormats, use_formats
from desktop.text.terminal import command_line as texts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

OPTION, VARIABLE = "--language", "REACHLINE_LANGUAGE"
# In the order in which they count (POSIX).
_OF_TERMINALS = ("LC_ALL", "LC_MESSAGES", "LANG")


def start(requested: str, environment: Mapping[str, str] = os.environ) -> str:
    """Use the requested language, or else that of the terminal, before anything is printed.

    Returns the language for the windows; "" for the system's. One that is requested but not translated is said on
    standard error, and is English: dates and directions of another language would stand among English sentences.
    """
    terminal = next((value for name in _OF_TERMINALS if (value := environment.get(name))), "")
    used = requested and catalog.first_translated([requested])
    catalog.use_language(used or catalog.first_translated([terminal.partition(".")[0].replace("_", "-")]))
    if requested and used == catalog.ENGLISH and not catalog.is_english(requested):
        print(texts.NOT_TRANSLATED(code=requested), file=sys.stderr)
    return used


def requested_language(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that the option or else the variable names; "" for none."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument(OPTION, default="")
    try:
        requested = str(parser.parse_known_args(arguments)[0].language)
    except argparse.ArgumentError:
        # Said by the parser of the command line, which sees the same mistake.
        requested = ""
    return requested or environment.get(VARIABLE, "")


def chosen(settings: Path) -> str:
    """Return the language that the agent chose in the program; "" for none. settings: the file, which may not exist."""
    if not settings.exists():
        return ""
    from PySide6.QtCore import QSettings

    from desktop.ui.look.preferences import LANGUAGE

    code = str(QSettings(str(settings), QSettings.Format.IniFormat).value(LANGUAGE, ""))
    return code if code and catalog.first_translated([code]) == code else ""


def follow(application: QApplication, wanted: str) -> None:
    """Show what is built from now on in the wanted language or the system's, with the dates and numbers of this
    computer's country.

    wanted: "" for the system's.
    """
    from PySide6.QtCore import QLocale, Qt

    from desktop.ui.look.locale_formats import QtFormats, locale_of, with_western_digits

    system = QLocale.system()
    code = wanted or catalog.first_translated(system.uiLanguages())
    catalog.use_language(code)
    # A system without a locale names no country either: plain English dates and 24 hours then.
    has_formats = system.language() != QLocale.Language.C or not catalog.is_english(code)
    use_formats(QtFormats(code) if has_formats else EnglishFormats())
    QLocale.setDefault(with_western_digits(locale_of(code)) if has_formats else system)
    _translate_qt(application, code)
    # Set whatever it was: Qt's own translation into Arabic would turn the windows round by itself.
    right_to_left = catalog.is_right_to_left_language()
    application.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)


def _translate_qt(application: QApplication, code: str) -> None:
    """Let Qt's own dialogs, menus of text fields and names of keys be in this language."""
    from PySide6.QtCore import QLibraryInfo, QTranslator

    for former in application.findChildren(QTranslator):
        application.removeTranslator(former)
        former.deleteLater()
    if catalog.is_english(code):
        return
    translator = QTranslator(application)
    name = f"qtbase_{catalog.catalogue_language(code).replace('-', '_')}"
    if translator.load(name, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)

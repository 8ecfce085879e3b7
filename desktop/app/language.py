"""Choose the language of the screen: by the command line, by the environment, else the system's."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from desktop.text import catalog
from desktop.text.locale import use_formats
from desktop.text.terminal import command_line as texts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

OPTION, VARIABLE = "--language", "REACHLINE_LANGUAGE"
ENGLISH = "en"
# In the order in which they count (POSIX).
_OF_TERMINALS = ("LC_ALL", "LC_MESSAGES", "LANG")


def start(requested: str, environment: Mapping[str, str] = os.environ) -> str:
    """Use the requested language, or else that of the terminal, before anything is printed.

    Returns the language for the windows; "" for the system's. One that is requested but not translated is said on
    standard error, and is English: dates and directions of another language would stand among English sentences.
    """
    terminal = next((value for name in _OF_TERMINALS if (value := environment.get(name))), "")
    used = requested and first_translated([requested])
    catalog.use_language(used or first_translated([terminal.partition(".")[0].replace("_", "-")]))
    if requested and used == ENGLISH and not is_english(requested):
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


def first_translated(codes: Iterable[str]) -> str:
    """Return the first of the languages that the screen can be shown in; English if there is none."""
    return next((code for code in codes if is_english(code) or catalog.is_translated(code)), ENGLISH)


def is_english(code: str) -> bool:
    return code.split("-")[0] == ENGLISH


def follow(application: QApplication, requested: str) -> None:
    """Show the application in the requested language or the system's, with the system's dates and numbers."""
    from PySide6.QtCore import QLocale, Qt

    from desktop.ui.look.locale_formats import QtFormats

    system = QLocale.system()
    catalog.use_language(requested or first_translated(system.uiLanguages()))
    # A system without a locale names no country either: plain English dates and 24 hours then.
    if system.language() != QLocale.Language.C or not is_english(catalog.language()):
        use_formats(QtFormats(catalog.language()))
    right_to_left = catalog.is_right_to_left_language()
    application.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)

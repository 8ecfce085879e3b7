"""Keys of commands that every keyboard has, and has for nothing else."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from desktop.ui.commands.table import COMMANDS

CTRL, ALT, SHIFT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Control", "Alt", "Shift"))
SIGNS_ON_LETTERS = {"L"}
"""Arabic keyboards have / on Shift+L."""


def combinations() -> list[tuple[str, Qt.KeyboardModifier, str]]:
    """Keys, the modifiers among them, and the character that is left; "" for a key without one."""
    found = []
    for keys in (keys for command in COMMANDS for keys in command.keys):
        combination = QKeySequence(keys)[0]
        key = combination.key().value
        found.append((keys, combination.keyboardModifiers(), chr(key) if key < Qt.Key.Key_Escape.value else ""))
    return found


def test_no_command_takes_a_character_from_a_keyboard() -> None:
    """On Windows, AltGr is Ctrl and Alt: it writes € and @ with letters, on some keyboards with any."""
    assert [keys for keys, modifiers, sign in combinations() if sign and CTRL | ALT in modifiers] == []


def test_no_command_means_another_where_signs_are_elsewhere() -> None:
    """German keyboards have / on Shift+7, so Ctrl+/ is Ctrl+Shift+7 there; French ones have all digits on Shift, Arabic
    ones the comma.
    """
    with_shift = [(keys, sign) for keys, modifiers, sign in combinations() if CTRL | SHIFT in modifiers]
    elsewhere = [keys for keys, sign in with_shift if not (sign.isalpha() or sign.isspace() or sign == "")]
    assert elsewhere == []
    assert [keys for keys, sign in with_shift if sign in SIGNS_ON_LETTERS] == []
    seen = [keys for keys, *_ in combinations()]
    assert len(seen) == len(set(seen))

"""Menus of the table: every command once, disabled with a reason where it can't be run."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.ui.commands import menus
from desktop.ui.commands.table import COMMANDS, Group


def why_not(name: str) -> str:
    return "Not now." if name == "close" else ""


@pytest.mark.parametrize("kind", [QMenu, QMenuBar])
def test_all_commands_are_in_the_menus_of_their_groups(qtbot, theme, kind: type[QMenu | QMenuBar]) -> None:
    outer, run = kind(), []
    qtbot.addWidget(outer)
    inner = menus.add_groups(outer, theme, run.append, why_not)
    assert len(inner) == len(Group)
    actions = [a for menu in inner for a in menu.actions()]
    for menu in inner:
        menu.aboutToShow.emit()
    assert sorted(a.data() for a in actions) == sorted(c.name for c in COMMANDS if c.name != "menu")
    assert [a.toolTip() for a in actions if not a.isEnabled()] == ["Not now."]
    # A system's menu bar would take a letter that is typed for the key of a command.
    assert all(("\t" in a.text()) is (kind is QMenu) for a in actions)
    assert all(a.shortcut().isEmpty() for a in actions)
    roles = {a.data(): a.menuRole() for a in actions if a.menuRole() is not QAction.MenuRole.NoRole}
    assert {name: role.name for name, role in roles.items()} == {
        "about": "AboutRole",
        "check_updates": "ApplicationSpecificRole",
        "settings": "PreferencesRole",
        "quit": "QuitRole",
    }
    assert [a for menu in inner for a in menu.actions()] == actions, "macOS moves these very actions"
    next(a for a in actions if a.data() == "snooze").trigger()
    assert run == ["snooze"]

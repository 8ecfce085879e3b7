"""Menus made of the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.text.screens import palette as texts
from desktop.ui.commands.table import BY_NAME, COMMANDS, Group, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.theme import Theme

Run = Callable[[str], object]
"""Runs the command of this name."""
WhyNot = Callable[[str], str]
"""Says why a command can't be run now; "" where it can."""

SECTIONS: tuple[Sequence[str], ...] = (
    ("assign", "tag", "priority"),
    ("snooze", "close", "close_next", "reopen"),
    ("template", "ask_whatsapp", "hand_over"),
    ("mark_unread", "mark_read", "inbox", "conversation_channel"),
    ("edit_customer", "customer_note", "merge", "merge_intercom"),
    ("export", "print", "forget"),
)
"""The commands on a conversation and its customer, as menus group them."""


_ROLES = {
    "about": QAction.MenuRole.AboutRole,
    "check_updates": QAction.MenuRole.ApplicationSpecificRole,
    "settings": QAction.MenuRole.PreferencesRole,
    "quit": QAction.MenuRole.QuitRole,
}
"""macOS has these in the program's own menu. It would guess others from their words: "Set up…" from "set"."""


def add_commands(
    menu: QMenu, names: Iterable[str], theme: Theme, run: Run, why_not: WhyNot, *, has_keys: bool = True
) -> list[QAction]:
    """Add the commands of these names. One that can't be run now is disabled, and its tooltip says why.

    has_keys: show the keys beside the names. They are text, since the window listens for them itself.
    """
    menu.setToolTipsVisible(True)
    added = []
    for name in names:
        command = BY_NAME[name]
        keys = f"\t{shown_keys(command.keys[0])}" if has_keys else ""
        action = menu.addAction(icons.icon(command.icon, theme.color("muted")), f"{command.label}{keys}")
        action.triggered.connect(partial(_run, run, name))
        action.setMenuRole(_ROLES.get(name, QAction.MenuRole.NoRole))
        action.setData(name)
        _update(action, why_not)
        added.append(action)
    return added


def add_sections(
    menu: QMenu, sections: Iterable[Sequence[str]], theme: Theme, run: Run, why_not: WhyNot
) -> list[QAction]:
    """Add sections of commands with separators between them."""
    added: list[QAction] = []
    for section in sections:
        if added and section:
            menu.addSeparator()
        added += add_commands(menu, section, theme, run, why_not)
    return added


def add_groups(menu: QMenu | QMenuBar, theme: Theme, run: Run, why_not: WhyNot) -> list[QMenu]:
    """Add one menu for each group of commands, up to date whenever it is opened.

    A menu bar shows no keys: the system's own would react to a letter that is typed as text.
    """
    has_keys = not isinstance(menu, QMenuBar)
    added = []
    for group in Group:
        inner = menu.addMenu(texts.GROUPS[group.name]())
        names = (c.name for c in COMMANDS if c.group is group and c.name != "menu")
        actions = add_commands(inner, names, theme, run, why_not, has_keys=has_keys)
        # The same actions as long as the menu is there: macOS has put some of them into another menu.
        inner.aboutToShow.connect(partial(_update_all, actions, theme, why_not))
        added.append(inner)
    return added


def _update_all(actions: Iterable[QAction], theme: Theme, why_not: WhyNot) -> None:
    for action in actions:
        action.setIcon(icons.icon(BY_NAME[action.data()].icon, theme.color("muted")))
        _update(action, why_not)


def _update(action: QAction, why_not: WhyNot) -> None:
    reason = why_not(action.data())
    action.setEnabled(not reason)
    action.setToolTip(reason)


def _run(run: Run, name: str, _checked: bool = False) -> None:
    run(name)

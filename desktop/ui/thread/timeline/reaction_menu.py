"""The menu of emoji that the agent can react to a customer's message with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.direct import DirectRoute
from desktop.domain.history.reactions import find_reaction_route
from desktop.domain.history.thread import Message
from desktop.domain.model.reason import Reason
from desktop.text.reasons.describe import describe
from desktop.text.thread import messages as texts
from desktop.ui.thread.entries import TimelineEntry


def has_reactions(entry: TimelineEntry) -> bool:
    """Return whether it is a message that could be reacted to on some channel: a customer's."""
    return entry.message is not None and entry.message.origin is not None


def reaction_menu(
    parent: QWidget, message: Message, routes: Sequence[DirectRoute], on_react: Callable[[str], None]
) -> QMenu | str:
    """Build the menu, or say why the agent can't react to this message. routes: to its customer. on_react: called with
    the emoji, "" to remove the reaction. Ours is checked.
    """
    route = find_reaction_route(message, routes)
    if isinstance(route, Reason):
        return describe(route)
    menu = QMenu(texts.REACT(), parent)
    for emoji in route.capabilities.reactions:
        action = menu.addAction(emoji, partial(on_react, emoji))
        action.setCheckable(True)
        action.setChecked(emoji == message.own_reaction)
    menu.addSeparator()
    remove = menu.addAction(texts.REMOVE_REACTION(), partial(on_react, ""))
    remove.setEnabled(bool(message.own_reaction or message.unconfirmed_reaction))
    return menu


def add_reaction_menu(
    menu: QMenu, entry: TimelineEntry, routes: Sequence[DirectRoute], on_react: Callable[[str], None]
) -> None:
    """Add it to the menu of a row; disabled, and saying why, where the agent can't react."""
    if entry.message is None or not has_reactions(entry):
        return
    menu.addSeparator()
    inner = reaction_menu(menu, entry.message, routes, on_react)
    if isinstance(inner, QMenu):
        menu.addMenu(inner)
        return
    menu.setToolTipsVisible(True)
    action = menu.addAction(texts.REACT())
    action.setEnabled(False)
    action.setToolTip(inner)

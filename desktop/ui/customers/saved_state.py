"""How the customer pane was left: the view, what is open of the views, and whether the pane is folded."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from desktop.domain.model.list_view import AnyView, ListView, TeamListView
from desktop.ui.customers.customer_list import CustomerList

_PANE = "main_window/customers"
_VIEW, _UNREAD, _OWN_VIEW = "main_window/view", "main_window/unread", "main_window/own_view"
_MORE_VIEWS, _TEAMS = "main_window/more_views", "main_window/teams"
_SHOWN, _FOLDED = "shown", "folded"
_TEAM = "team:"


def save_state(customers: CustomerList, settings: QSettings) -> None:
    own_view = customers.own_view
    settings.setValue(_PANE, _FOLDED if customers.isHidden() else _SHOWN)
    settings.setValue(_VIEW, _name_of(customers.view))
    settings.setValue(_UNREAD, _SHOWN if customers.unread_only else "")
    settings.setValue(_OWN_VIEW, own_view.id if own_view is not None else "")
    settings.setValue(_MORE_VIEWS, _SHOWN if customers.picker.has_more else _FOLDED)
    settings.setValue(_TEAMS, _SHOWN if customers.picker.has_teams_open else _FOLDED)


def restore_state(customers: CustomerList, settings: QSettings) -> None:
    """Leaves it as it is where nothing was saved."""
    customers.setHidden(is_folded(settings))
    view = _view_of(settings.value(_VIEW))
    if view is not None:
        customers.choose_view(view)
    customers.set_unread_only(settings.value(_UNREAD) == _SHOWN)
    own_view = settings.value(_OWN_VIEW)
    if isinstance(own_view, str):
        customers.restore_own_view(own_view)
    customers.picker.set_has_teams_open(settings.value(_TEAMS) == _SHOWN)
    customers.picker.set_has_more(settings.value(_MORE_VIEWS) == _SHOWN)


def is_folded(settings: QSettings) -> bool:
    """Whether the pane was hidden by the agent."""
    return bool(settings.value(_PANE) == _FOLDED)


def _name_of(view: AnyView) -> str:
    return f"{_TEAM}{view.team_id}" if isinstance(view, TeamListView) else view.value


def _view_of(name: object) -> AnyView | None:
    """Returns None for what names no view."""
    if isinstance(name, str) and name.startswith(_TEAM):
        return TeamListView(name.removeprefix(_TEAM))
    return next((view for view in ListView if view.value == name), None)

"""The views above the customer list, the unread filter, and the agent's own views."""

from __future__ import annotations

from desktop.domain.model.list_view import ListView
from desktop.text.catalog import Text

VIEWS = Text("Views")
NAMES = {
    ListView.CLOSING_SOON: Text("Closing soon"),
    ListView.MINE: Text("Mine"),
    ListView.UNASSIGNED: Text("Unassigned"),
    ListView.MENTIONS: Text("Mentions"),
    ListView.OPEN: Text("Open", "customers"),
    ListView.SNOOZED: Text("Snoozed"),
    ListView.CLOSED: Text("Closed", "customers"),
    ListView.ALL: Text("All", "customers"),
    ListView.MESSENGER_ONLY: Text("Messenger-only replies"),
}
TEAMS = Text("Teams")
# Translators: the view of a team whose name isn't known.
TEAM = Text("Team", "a view")
OWN_VIEWS = Text("My views")
MORE_VIEWS = Text("More views")
# Translators: the same where there is little room, right below the views.
MORE = Text("More", "views")
FEWER = Text("Fewer", "views")
FEWER_VIEWS = Text("Fewer views")
# Translators: a button that hides customers without unread messages.
UNREAD_ONLY = Text("Show unread only")

# Translators: tooltip of a view: "Mine: 12". {count}: its customers.
_VIEW_AND_COUNT = Text("{view}: {count}")
# Translators: the same while only unread conversations are shown: "Mine: 3 unread".
_VIEW_AND_UNREAD = Text("{view}: {count} unread")
# Translators: for screen readers: the view that the list shows. {view}: such as "Mine: 12".
_SHOWN_VIEW = Text("{view}, shown")
# Translators: for screen readers: a heading whose views are shown, or hidden.
_OPEN_HEADING = Text("{heading}, expanded")
_FOLDED_HEADING = Text("{heading}, collapsed")

# --- the agent's own views ------------------------------------------------------------------------------------------

SAVE_AS_VIEW = Text("Save as view…")
# Translators: beside "Save as view…", while only unread conversations are shown.
ONLY_UNREAD = Text("Unread only")
# Translators: above the list while it shows one of the agent's own views. {view}: its name.
VIEW_MENU = Text("Options for {view}")
RENAME = Text("Rename…")
DELETE = Text("Delete")
# Translators: titles of a small window that asks for a name.
SAVE_TITLE = Text("Save as view")
RENAME_TITLE = Text("Rename view")
NAME = Text("Name", "of a view")
SAVE = Text("Save")
CANCEL = Text("Cancel")
# Translators: the name that is offered for a view of unread conversations. {view}: such as "Mine".
UNREAD_IN = Text("{view}, unread")
# Translators: {view}: the name of one of the agent's own views.
SAVED = Text("View “{view}” saved.")
RENAMED = Text("View renamed to “{view}”.")
DELETED = Text("View “{view}” deleted.")


def describe(name: str, count: str, *, is_unread: bool, is_shown: bool, is_open: bool | None) -> str:
    """Return a view or heading for tooltips and screen readers. count: "" if it is not known. is_open: of a heading
    that can be folded.
    """
    if is_open is not None:
        return (_OPEN_HEADING if is_open else _FOLDED_HEADING)(heading=name)
    text = name if not count else (_VIEW_AND_UNREAD if is_unread else _VIEW_AND_COUNT)(view=name, count=count)
    return _SHOWN_VIEW(view=text) if is_shown else text

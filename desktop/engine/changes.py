"""What changed, published once the store holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from desktop.domain.model.media import MediaKey

T = TypeVar("T")


class Changes(msgspec.Struct, frozen=True):
    """Which ids and which kinds of things changed.

    customers: rows of the customer list.
    threads: messages, pending replies, windows or mappings of these customers.
    connection: the state of the connection.
    progress: of the first sync.
    settings: anything in the settings or what is learnt.
    undecided: a reply began or ceased to wait for the agent's decision (`Queries.undecided`).
    templates: a list of templates, or what is known of it (`Queries.templates`).
    media: files of messages: one came, or will not come (`Media.load`).
    presence: customers in whose conversations a colleague began or ceased to do something (`Queries.colleagues_in`,
        `colleagues_with`).
    team: the connection to the team (`Queries.team`).
    accounts: which channel accounts are connected (so `ThreadView.direct_routes` too), or the state of one.
    """

    customers: frozenset[str] = frozenset()
    threads: frozenset[str] = frozenset()
    connection: bool = False
    progress: bool = False
    settings: bool = False
    undecided: bool = False
    templates: bool = False
    accounts: bool = False
    media: frozenset[MediaKey] = frozenset()
    presence: frozenset[str] = frozenset()
    team: bool = False

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            self.customers | other.customers,
            self.threads | other.threads,
            self.connection or other.connection,
            self.progress or other.progress,
            self.settings or other.settings,
            self.undecided or other.undecided,
            self.templates or other.templates,
            self.accounts or other.accounts,
            self.media | other.media,
            self.presence | other.presence,
            self.team or other.team,
        )

    def __bool__(self) -> bool:
        flags = self.connection or self.progress or self.settings or self.undecided or self.templates or self.accounts
        return bool(self.customers or self.threads or self.media or self.presence or self.team or flags)


class Listeners(Generic[T]):
    """Calls listeners in the order they subscribed, on the loop's thread."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], None]] = []

    def subscribe(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Returns a function that ends the subscription; calling it twice does no harm."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(self, changes: T) -> None:
        """Call every listener, but not with changes that are empty."""
        if changes:
            for listener in tuple(self._listeners):
                listener(changes)


Feed = Listeners[Changes]

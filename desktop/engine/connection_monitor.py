"""ConnectionMonitor: how things stand with the provider, and when we try again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from desktop.engine.changes import Changes, Feed
from desktop.engine.views import ConnectionState, ConnectionView
from desktop.ports import Clock, ProviderError, ProviderErrorKind

CONNECTION_ERRORS = frozenset({ProviderErrorKind.SIGNED_OUT, ProviderErrorKind.THROTTLED, ProviderErrorKind.OFFLINE})
"""Troubles that the next call would meet as well, whatever it asks for."""

ENDPOINT_ERRORS = frozenset(
    {
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.GONE,
        ProviderErrorKind.REJECTED,
        ProviderErrorKind.TOO_LARGE,
        ProviderErrorKind.BAD_ANSWER,
    }
)
"""Of one endpoint, while others may answer."""

CHECK_PAUSE_S = 5.0
_STATES = {
    ProviderErrorKind.SIGNED_OUT: ConnectionState.SIGNED_OUT,
    ProviderErrorKind.THROTTLED: ConnectionState.THROTTLED,
}
BROKE = "Something in Reachline broke and starts again by itself. If this stays, restart Reachline."
SAID_FOR_S = 60.0
"""How long it is said that something broke; what breaks again is said again."""


class ConnectionMonitor:
    """The state as the screen shows it; every change is published."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self.view = ConnectionView(ConnectionState.CONNECTING)
        self.is_caught_up = False
        """One sync round has ended well since the connection last broke (or since the start): what waited may go."""
        self._clock = clock
        self._feed = feed
        self._answered_s = clock.monotonic()
        self._unremarked = self.view
        # Part of the program -> what is said of it, and until when in monotonic seconds.
        self._remarks: dict[str, tuple[str, float]] = {}

    @property
    def is_signed_in(self) -> bool:
        return self.view.state is not ConnectionState.SIGNED_OUT

    @property
    def is_offline(self) -> bool:
        return self.view.state is ConnectionState.OFFLINE

    def mark_caught_up(self, limitation: str = "") -> None:
        """Everything that changed is read, as far as Intercom lets us ask. limitation: as in `set_online`."""
        is_news = not self.is_caught_up
        self.is_caught_up = True
        self.set_online(limitation)
        if is_news:
            self._feed.publish(Changes(connection=True))

    def mark_doubtful(self) -> None:
        """A call met trouble that every other would meet. The next sync round finds out; until then nothing is sent."""
        self.is_caught_up = False

    def record_answer(self) -> None:
        """Intercom answered something, whatever it was."""
        self._answered_s = self._clock.monotonic()

    def record_timeout(self, error: ProviderError, since_s: float) -> None:
        """A call that began at `since_s` (monotonic) got no answer. If no other did since, nothing answers."""
        if self._answered_s < since_s:
            self.set_broken(error, CHECK_PAUSE_S)

    def signed_out(self, error: ProviderError) -> None:
        """A write was refused for its token; the next round of the sync finds out whether that holds for all."""
        if error.kind is ProviderErrorKind.SIGNED_OUT:
            self.set_broken(error, None)

    def set_online(self, limitation: str = "") -> None:
        """Intercom answers. limitation: what it refuses all the same, for the agent; then the time of the last whole
        round stays."""
        self.record_answer()
        last_sync_at = self.view.last_sync_at if limitation else self._clock.now()
        self._show(ConnectionView(ConnectionState.ONLINE, limitation, last_sync_at=last_sync_at))

    def set_broken(self, error: ProviderError, pause_s: float | None) -> None:
        """pause_s: until the next try; None when only the agent can help."""
        self.is_caught_up = False
        self._show(
            ConnectionView(
                _STATES.get(error.kind, ConnectionState.OFFLINE),
                error.sentence,
                None if pause_s is None else self._clock.now() + timedelta(seconds=pause_s),
                self.view.last_sync_at,
            )
        )

    def report_failure(self, part: str, sentence: str = BROKE) -> None:
        """Something beside the connection fails at the moment, and is tried again: said together with its state."""
        self._remarks[part] = sentence, self._clock.monotonic() + SAID_FOR_S
        self._show(self._unremarked)

    def _show(self, view: ConnectionView) -> None:
        self._unremarked = view
        now_s = self._clock.monotonic()
        self._remarks = {part: said for part, said in self._remarks.items() if said[1] > now_s}
        remarks = dict.fromkeys(sentence for sentence, _ in self._remarks.values())
        view = replace(view, reason=" ".join(filter(None, (view.reason, *remarks))))
        is_news = view != self.view
        self.view = view
        if is_news:
            self._feed.publish(Changes(connection=True))

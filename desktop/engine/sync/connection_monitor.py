"""The state of the connection to Intercom, and when the next attempt comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason
from desktop.engine.changes import Changes, Feed
from desktop.engine.views import ConnectionState, ConnectionView
from desktop.ports import Clock, ProviderError, ProviderErrorKind
from desktop.ports.reasons import MachineReason

CONNECTION_ERRORS = frozenset({ProviderErrorKind.SIGNED_OUT, ProviderErrorKind.THROTTLED, ProviderErrorKind.OFFLINE})
"""Errors that the next call would meet as well, whatever it asks for."""

ENDPOINT_ERRORS = frozenset(
    {
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.GONE,
        ProviderErrorKind.REJECTED,
        ProviderErrorKind.TOO_LARGE,
        ProviderErrorKind.BAD_ANSWER,
    }
)
"""Errors of one endpoint, while others may answer."""

CHECK_PAUSE_S = 5.0
_STATES = {
    ProviderErrorKind.SIGNED_OUT: ConnectionState.SIGNED_OUT,
    ProviderErrorKind.THROTTLED: ConnectionState.THROTTLED,
}
BROKE = make_reason(MachineReason.BROKE)
REMARK_FOR_S = 60.0
"""How long a failure is mentioned; one that happens again is mentioned again."""


class ConnectionMonitor:
    """The connection's state as the screen shows it; every change is published."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self.view = ConnectionView(ConnectionState.CONNECTING)
        self.is_caught_up = False
        """One sync round has ended well since the connection last broke: queued replies may be sent."""
        self._clock = clock
        self._feed = feed
        self._last_answer_s = clock.monotonic()
        self._view_without_remarks = self.view
        # Part of the program -> why it failed, and until when it is shown (monotonic seconds).
        self._remarks: dict[str, tuple[Reason, float]] = {}

    @property
    def is_signed_in(self) -> bool:
        return self.view.state is not ConnectionState.SIGNED_OUT

    @property
    def is_offline(self) -> bool:
        return self.view.state is ConnectionState.OFFLINE

    def mark_caught_up(self, limitation: Reason = NO_REASON) -> None:
        """Record that all changes are read, as far as Intercom lets us ask. limitation: as in `set_online`."""
        is_news = not self.is_caught_up
        self.is_caught_up = True
        self.set_online(limitation)
        if is_news:
            self._feed.publish(Changes(connection=True))

    def mark_doubtful(self) -> None:
        """Record that a call met an error that every other call would meet. Nothing is sent until the next sync round
        has ended well.
        """
        self.is_caught_up = False

    def record_answer(self) -> None:
        """Record that Intercom answered something, whatever it was."""
        self._last_answer_s = self._clock.monotonic()

    def record_timeout(self, error: ProviderError, since_s: float) -> None:
        """Record that a call that began at `since_s` (monotonic) got no answer. If no other call did since, the
        connection is broken.
        """
        if self._last_answer_s < since_s:
            self.set_broken(error, CHECK_PAUSE_S)

    def check_signed_out(self, error: ProviderError) -> None:
        """Where a write was refused for its token, stop; the next sync round finds out whether that holds for all
        calls.
        """
        if error.kind is ProviderErrorKind.SIGNED_OUT:
            self.set_broken(error, None)

    def set_online(self, limitation: Reason = NO_REASON) -> None:
        """Record that Intercom answers. limitation: what it refuses all the same; then the time of the
        last complete round stays.
        """
        self.record_answer()
        last_sync_at = self.view.last_sync_at if limitation else self._clock.now()
        self._show(ConnectionView(ConnectionState.ONLINE, limitation, last_sync_at=last_sync_at))

    def set_broken(self, error: ProviderError, pause_s: float | None) -> None:
        """pause_s: until the next attempt; None when only the agent can help."""
        self.is_caught_up = False
        self._show(
            ConnectionView(
                _STATES.get(error.kind, ConnectionState.OFFLINE),
                error.reason,
                None if pause_s is None else self._clock.now() + timedelta(seconds=pause_s),
                self.view.last_sync_at,
            )
        )

    def report_failure(self, part: str, reason: Reason = BROKE) -> None:
        """Mention a failure beside the connection, which is tried again, together with the connection's state."""
        self._remarks[part] = reason, self._clock.monotonic() + REMARK_FOR_S
        self._show(self._view_without_remarks)

    def _show(self, view: ConnectionView) -> None:
        self._view_without_remarks = view
        now_s = self._clock.monotonic()
        self._remarks = {part: remark for part, remark in self._remarks.items() if remark[1] > now_s}
        view = replace(view, reason=join_reasons(view.reason, *(reason for reason, _ in self._remarks.values())))
        is_news = view != self.view
        self.view = view
        if is_news:
            self._feed.publish(Changes(connection=True))

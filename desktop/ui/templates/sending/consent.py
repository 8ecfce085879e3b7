"""Warnings that are asked about in place: the second press of the button accepts them. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, field

from desktop.domain.forecast import Forecast
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, acknowledge


@dataclass(slots=True)
class Consent:
    """Of one message, from choosing it until it was sent. Each warning is asked about once.

    accepted: the warnings that the agent has accepted.
    """

    accepted: Acknowledgement = frozenset()
    _open: tuple[ForecastWarning, ...] = field(default=(), init=False)
    _asked: Acknowledgement = field(default=frozenset(), init=False)
    _required: tuple[ForecastWarning, ...] = field(default=(), init=False)

    def confirm(self) -> bool:
        """Accept the warnings that were shown. False if there are new ones to show first."""
        needed = acknowledge(self._open)
        if needed <= self._asked:
            self.accepted |= self._asked
            return True
        self._asked |= needed
        return False

    def require(self, warned: tuple[ForecastWarning, ...]) -> None:
        """Ask for these warnings, which the engine found, before sending."""
        self._required = tuple(dict.fromkeys([*self._required, *warned]))
        self._asked |= acknowledge(warned)
        self.accepted -= acknowledge(warned)

    def _find_asked(self, forecast: Forecast) -> tuple[ForecastWarning, ...]:
        """The warnings that are being asked about, by the newest forecast."""
        required = (w for w in self._required if not w.acknowledgement <= self.accepted)
        self._open = tuple(dict.fromkeys([*forecast.unacknowledged(self.accepted), *required]))
        return tuple(w for w in self._open if w.acknowledgement <= self._asked)

"""The state of starting one conversation: its forecast, and the warnings that the agent has accepted. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.forecast import Forecast
from desktop.domain.forecast.new_conversation import Beginning, find_talk, forecast_new_conversation
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, Verdict, acknowledge
from desktop.engine.views import RecipientView
from desktop.text.forecast.new_conversation import new_conversation_text, warning_texts_of


@dataclass(slots=True)
class StartAttempt:
    """Each warning is asked about once, in place: the second press accepts it.

    accepted: the warnings that the agent has accepted. forecast, seen, question: sentences, "" for none. seen: where
    colleagues see the message. talk: (customer id, conversation id) of where the person is already; None for nowhere.
    """

    accepted: Acknowledgement = frozenset()
    forecast: str = ""
    seen: str = ""
    question: str = ""
    verdict: Verdict = Verdict.CLEAR
    talk: tuple[str, str] | None = None
    _open: tuple[ForecastWarning, ...] = ()
    _asked: Acknowledgement = frozenset()
    _required: tuple[ForecastWarning, ...] = ()

    def update(self, view: RecipientView, beginning: Beginning, name: str, now: datetime) -> Forecast:
        """Compute the forecast again."""
        recipient = view.recipient
        forecast = forecast_new_conversation(recipient, beginning, now)
        self.verdict = forecast.verdict
        self.forecast, self.seen = new_conversation_text(recipient, beginning, forecast, name, now)
        talk = find_talk(recipient, beginning, now)
        self.talk = (view.customer_id, talk.id) if talk is not None and view.customer_id else None
        required = (w for w in self._required if not w.acknowledgement <= self.accepted)
        self._open = tuple(dict.fromkeys([*forecast.unacknowledged(self.accepted), *required]))
        asking = tuple(w for w in self._open if w.acknowledgement <= self._asked)
        asking = asking if forecast.verdict is not Verdict.BLOCKED else ()
        sentences = warning_texts_of(asking, recipient, beginning, forecast, name, now)
        self.question = "\n\n".join(s.paragraph for s in sentences)
        return forecast

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

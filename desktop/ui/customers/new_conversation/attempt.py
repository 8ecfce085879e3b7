"""The state of starting one conversation: its forecast, and the warnings that the agent has accepted. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.forecast import Forecast
from desktop.domain.forecast.new_conversation import Beginning, find_talk, forecast_new_conversation
from desktop.domain.model.warning import Verdict
from desktop.engine.views import RecipientView
from desktop.text.forecast.new_conversation import new_conversation_text, warning_texts_of
from desktop.ui.templates.sending.consent import Consent


@dataclass(slots=True)
class StartAttempt(Consent):
    """forecast, seen, question: sentences, "" for none. seen: where colleagues see the message.

    talk: (customer id, conversation id) of where the person is already; None for nowhere.
    """

    forecast: str = ""
    seen: str = ""
    question: str = ""
    verdict: Verdict = Verdict.CLEAR
    talk: tuple[str, str] | None = None

    def update(self, view: RecipientView, beginning: Beginning, name: str, now: datetime) -> Forecast:
        """Compute the forecast again."""
        recipient = view.recipient
        forecast = forecast_new_conversation(recipient, beginning, now)
        self.verdict = forecast.verdict
        self.forecast, self.seen = new_conversation_text(recipient, beginning, forecast, name, now)
        talk = find_talk(recipient, beginning, now)
        self.talk = (view.customer_id, talk.id) if talk is not None and view.customer_id else None
        asked = self._find_asked(forecast)
        asking = asked if forecast.verdict is not Verdict.BLOCKED else ()
        sentences = warning_texts_of(asking, recipient, beginning, forecast, name, now)
        self.question = "\n\n".join(s.paragraph for s in sentences)
        return forecast

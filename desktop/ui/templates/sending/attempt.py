"""The state of sending one template: its forecast and the warnings that the agent has accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Reply, compute_forecast
from desktop.domain.model.warning import Verdict
from desktop.engine.views import ThreadView
from desktop.ui.composer.alternatives import has_unconfirmed_reply
from desktop.ui.templates.form import sentences
from desktop.ui.templates.form.filling import Filling
from desktop.ui.templates.sending.consent import Consent


@dataclass(slots=True)
class SendAttempt(Consent):
    """One template for one customer.

    forecast, remark, obstacle, question: sentences, "" for none. send_label: of the button while it asks.
    """

    forecast: str = ""
    remark: str = ""
    obstacle: str = ""
    question: str = ""
    send_label: str = ""
    verdict: Verdict = Verdict.CLEAR

    @property
    def is_asking(self) -> bool:
        return bool(self.question)

    def update(
        self,
        view: ThreadView,
        direct_route: DirectRoute,
        filling: Filling,
        conversation_id: str,
        *,
        now: datetime,
        seen_upto: int,
        author_id: str,
        offline: bool,
    ) -> None:
        """Compute the forecast again. seen_upto: the newest arrival when the picker was opened."""
        situation = find_direct_situation(view.thread, direct_route, view.situations[conversation_id])
        filled = filling.filled
        reply = Reply(
            filled.text if filled.can_be_sent else "",
            seen_upto=seen_upto,
            author_id=author_id,
            offline=offline,
            earlier_unconfirmed=has_unconfirmed_reply(view, conversation_id),
            template=filling.template.name,
            template_used_at=view.templates_used.get(filling.template.id),
        )
        forecast = compute_forecast(situation, reply, now)
        self.verdict = forecast.verdict
        self.forecast = sentences.forecast_text(situation, forecast, now)
        self.remark = sentences.remarks(filling.template, forecast)
        self.obstacle = sentences.obstacle(filling, blocked=sentences.blocked_reason(forecast))
        asked = [w.code for w in self._find_asked(forecast)]
        asking = list(dict.fromkeys(asked)) if not self.obstacle else []
        self.question = sentences.consent_question(asking, situation, forecast, view.name, now, reply)
        self.send_label = sentences.confirm_label(asking) if asking else ""

"""Judging: what sending the filled template now would come to, and which warnings the agent has accepted for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Reply, forecast
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, Verdict
from desktop.engine.views import ThreadView
from desktop.ui.templates.form import sentences
from desktop.ui.templates.form.filling import Filling


@dataclass(slots=True)
class Attempt:
    """One template for one customer, from choosing it until it was sent. Warnings are asked about once, in place.

    accepted: what the agent has accepted. forecast, remark, hindrance, question: sentences, "" where there is nothing
    to say. send_words: of the button while it asks.
    """

    accepted: Acknowledgement = frozenset()
    forecast: str = ""
    remark: str = ""
    hindrance: str = ""
    question: str = ""
    send_words: str = ""
    verdict: Verdict = Verdict.CLEAR
    _open: tuple[ForecastWarning, ...] = ()
    _asked: Acknowledgement = frozenset()
    _demanded: tuple[ForecastWarning, ...] = field(default=())

    @property
    def is_asking(self) -> bool:
        return bool(self.question)

    def judge(
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
        """seen_upto: the newest arrival when the picker was opened."""
        situation = find_direct_situation(view.thread, direct_route, view.situations[conversation_id])
        filled = filling.filled
        reply = Reply(
            filled.text if filled.can_be_sent else "",
            seen_upto=seen_upto,
            author_id=author_id,
            offline=offline,
            earlier_unconfirmed=any(
                e.state is State.UNCONFIRMED and e.conversation_id == conversation_id and not e.internal
                for e in view.pending_replies
            ),
            template=filling.template.name,
            template_used_at=view.templates_used.get(filling.template.id),
        )
        judged = forecast(situation, reply, now)
        self.verdict = judged.verdict
        self.forecast = sentences.forecast_words(situation, judged, now)
        self.remark = sentences.remarks(filling.template, judged)
        self.hindrance = sentences.hindrance(filling, blocked=sentences.blocked_words(judged))
        demanded = (w for w in self._demanded if not w.acknowledgement <= self.accepted)
        self._open = tuple(dict.fromkeys([*judged.unacknowledged(self.accepted), *demanded]))
        asked = [w.code for w in self._open if w.acknowledgement <= self._asked]
        asking = list(dict.fromkeys(asked)) if not self.hindrance else []
        self.question = sentences.consent_words(asking, situation, judged, view.name, now, reply)
        self.send_words = sentences.send_again_words(asking) if asking else ""

    def press(self) -> bool:
        """Whether it may go out now; False: the agent is asked about what is new first."""
        wanted = _accepting(self._open)
        if wanted <= self._asked:
            self.accepted |= self._asked
            return True
        self._asked |= wanted
        return False

    def demand(self, warned: tuple[ForecastWarning, ...]) -> None:
        """The engine knows of these, and wants them accepted."""
        self._demanded = tuple(dict.fromkeys([*self._demanded, *warned]))
        self._asked |= _accepting(warned)
        self.accepted -= _accepting(warned)


def _accepting(warned: Iterable[ForecastWarning]) -> Acknowledgement:
    return frozenset(a for w in warned for a in w.acknowledgement)

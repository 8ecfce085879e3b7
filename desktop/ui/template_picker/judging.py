"""Judging: what sending the filled template now would come to, and which warnings the agent has accepted for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.direct import DirectWay
from desktop.domain.direct_reach import direct_situation
from desktop.domain.forecast import Reply, forecast_direct
from desktop.domain.outgoing import State
from desktop.domain.warning import Verdict, WarningCode
from desktop.engine.views import ThreadView
from desktop.ui.template_picker import sentences
from desktop.ui.template_picker.filling import Filling


@dataclass(slots=True)
class Attempt:
    """One template for one customer, from choosing it until it was sent. Warnings are asked about once, in place.

    accepted: what the agent has accepted. forecast, remark, hindrance, question: sentences, "" where there is nothing
    to say. send_words: of the button while it asks.
    """

    accepted: frozenset[WarningCode] = frozenset()
    forecast: str = ""
    remark: str = ""
    hindrance: str = ""
    question: str = ""
    send_words: str = ""
    verdict: Verdict = Verdict.CLEAR
    _open: tuple[WarningCode, ...] = ()
    _asked: frozenset[WarningCode] = frozenset()
    _demanded: tuple[WarningCode, ...] = field(default=())

    @property
    def is_asking(self) -> bool:
        return bool(self.question)

    def judge(
        self,
        view: ThreadView,
        way: DirectWay,
        filling: Filling,
        conversation_id: str,
        *,
        now: datetime,
        begun_at: datetime,
        author_id: str,
        offline: bool,
    ) -> None:
        """begun_at: when the picker was opened."""
        situation = direct_situation(view.thread, way, view.situations[conversation_id])
        filled = filling.filled
        reply = Reply(
            filled.text if filled.can_be_sent else "",
            begun_at=begun_at,
            author_id=author_id,
            offline=offline,
            earlier_unconfirmed=any(
                e.state is State.UNCONFIRMED and e.conversation_id == conversation_id and not e.internal
                for e in view.echoes
            ),
            template=filling.template.name,
            template_used_at=view.templates_used.get(filling.template.id),
        )
        judged = forecast_direct(situation, reply, now)
        self.verdict = judged.verdict
        self.forecast = sentences.forecast_words(situation, judged, now)
        self.remark = sentences.remarks(filling.template, judged)
        self.hindrance = sentences.hindrance(filling, blocked=sentences.blocked_words(judged))
        demanded = (c for c in self._demanded if c not in self.accepted)
        self._open = tuple(dict.fromkeys([*judged.unacknowledged(self.accepted), *demanded]))
        asking = [c for c in self._open if c in self._asked] if not self.hindrance else []
        self.question = sentences.consent_words(asking, situation, judged, view.name, now, reply)
        self.send_words = sentences.send_again_words(asking) if asking else ""

    def press(self) -> bool:
        """Whether it may go out now; False: the agent is asked about what is new first."""
        if set(self._open) <= self._asked:
            self.accepted |= self._asked
            return True
        self._asked |= set(self._open)
        return False

    def demand(self, codes: tuple[WarningCode, ...]) -> None:
        """The engine knows of these, and wants them accepted."""
        self._demanded = tuple(dict.fromkeys([*self._demanded, *codes]))
        self._asked |= set(codes)
        self.accepted -= set(codes)

"""What each warning weighs, and what an agent accepts with it."""

from __future__ import annotations

import pytest

from desktop.domain.model.warning import SEVERITY, ForecastWarning, Verdict, WarningCode, acknowledge

W = WarningCode
NOTICE = {
    W.CLOSING_SOON,
    W.RELAY_UNPROVEN,
    W.CUSTOMER_WORDS_MISSING_ON_CHANNEL,
    W.MESSENGER_ASSUMED,
    W.CHANNEL_BUSY_LATELY,
    W.IDENTITY_BY_PHONE_ONLY,
    W.EARLIER_REPLY_UNCONFIRMED,
    W.COLLEAGUE_IS_WRITING,
    W.COLLEAGUE_REPLY_QUEUED,
    W.QUEUED_OFFLINE,
    W.CONSENT_UNKNOWN,
    W.SIMILAR_NUMBER,
    W.TALKING_ELSEWHERE,
}
BLOCKED = {W.SIGNED_OUT, W.UNRESOLVED_PLACEHOLDER, W.EMPTY_TEXT}
BLOCKED |= {W.NUMBER_INVALID, W.OPTED_OUT, W.NO_CHAT, W.NO_SUBJECT}


@pytest.mark.parametrize("code", list(WarningCode))
def test_every_warning_weighs_as_the_reach_rules_say(code: WarningCode) -> None:
    expected = Verdict.NOTICE if code in NOTICE else Verdict.BLOCKED if code in BLOCKED else Verdict.WARN
    assert SEVERITY[code] is ForecastWarning(code).severity is expected


def test_every_code_has_a_weight_and_a_stored_word() -> None:
    assert set(SEVERITY) == set(WarningCode)
    assert all(code.value == code.name.lower() for code in WarningCode)


def test_verdicts_in_the_order_of_their_weight() -> None:
    assert [v.word for v in sorted(Verdict)] == ["clear", "notice", "warn", "blocked"]


def test_a_warning_is_accepted_with_every_id_that_it_rests_on() -> None:
    assert ForecastWarning(W.WINDOW_CLOSED).acknowledgement == {(W.WINDOW_CLOSED, "")}
    assert ForecastWarning(W.TEAMMATE_ANSWERED, frozenset({"1", "2"})).acknowledgement == {
        (W.TEAMMATE_ANSWERED, "1"),
        (W.TEAMMATE_ANSWERED, "2"),
    }
    assert acknowledge([ForecastWarning(W.WINDOW_CLOSED), ForecastWarning(W.TEAMMATE_ANSWERED, frozenset({"1"}))]) == {
        (W.WINDOW_CLOSED, ""),
        (W.TEAMMATE_ANSWERED, "1"),
    }
    assert acknowledge([]) == frozenset()

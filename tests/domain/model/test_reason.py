"""Reasons: codes with their parameters, equal for equal ones."""

from __future__ import annotations

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import Reason, ReasonCode, make_reason


def test_parameters_are_text_in_the_order_of_the_alphabet() -> None:
    found = make_reason(ReasonCode.BRIDGE_TAGGED, code="x1", channel=ChannelKind.WHATSAPP)
    assert found == Reason(ReasonCode.BRIDGE_TAGGED, (("channel", "whatsapp"), ("code", "x1")))
    assert found == make_reason(ReasonCode.BRIDGE_TAGGED, channel="whatsapp", code="x1")
    assert found.values == {"channel": "whatsapp", "code": "x1"}
    assert make_reason(ReasonCode.OWN_APP) == Reason(ReasonCode.OWN_APP)


def test_codes_are_words_that_are_stored_and_stay() -> None:
    assert all(code.value == code.name.lower() for code in ReasonCode)

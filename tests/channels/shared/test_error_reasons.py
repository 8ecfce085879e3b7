"""Reasons for failures: what happened and the next step, then the provider's words and code."""

from __future__ import annotations

import pytest

from desktop.channels.shared.error_reasons import failure_reason
from desktop.ports import ProviderErrorKind
from desktop.text.reasons.describe import describe
from desktop.text.reasons.providers import FAILURES


@pytest.mark.parametrize("kind", list(ProviderErrorKind))
def test_every_kind_has_a_sentence_a_next_step_and_the_code(kind):
    found = describe(failure_reason(kind, "Twilio", code="131047"))
    assert found == f"{FAILURES[kind](provider='Twilio')} Twilio gives the code 131047."
    assert ". " in FAILURES[kind].message
    assert "{" not in found


def test_the_providers_words_are_quoted_short_and_on_one_line():
    message = "No.\nReally " + "x" * 300
    found = describe(failure_reason(ProviderErrorKind.UNKNOWN, "WhatsApp", message=message, code="7"))
    assert "WhatsApp says: “No. Really x" in found
    assert found.endswith("…” (code 7).")
    assert "\n" not in found
    assert len(found) < 400


def test_words_that_add_nothing_are_not_quoted():
    found = describe(failure_reason(ProviderErrorKind.OFFLINE, "Twilio", message="Service Unavailable"))
    assert found == "Can't reach Twilio. Check your network connection."

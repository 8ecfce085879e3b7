"""Sentences about troubles: what happened, the provider's words and code, and the next step."""

from __future__ import annotations

import pytest

from desktop.channels.shared.error_sentences import SENTENCES, sentence
from desktop.ports import ProviderErrorKind


@pytest.mark.parametrize("trouble", list(ProviderErrorKind))
def test_every_trouble_has_a_sentence_and_a_next_step(trouble):
    what, next_step = SENTENCES[trouble]
    assert what.endswith(".")
    assert next_step.endswith(".")
    found = sentence(trouble, "WhatsApp", code="131047")
    assert "{" not in found
    assert "(code 131047)" in found
    assert found.endswith(next_step.format(provider="WhatsApp"))


def test_the_providers_words_are_quoted_short_and_on_one_line():
    found = sentence(ProviderErrorKind.UNKNOWN, "WhatsApp", message="No.\nReally " + "x" * 300, code="7")
    assert "“No. Really x" in found
    assert "\n" not in found
    assert len(found) < 400

"""Meta's published description (v23.0): its examples are read, and every state it knows is known to us."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from desktop.channels.whatsapp import mapping
from desktop.domain.content.template import Status
from desktop.domain.delivery import Delivery

DESCRIPTION = Path(__file__).parents[3] / "shared" / "contracts" / "meta_business_messaging_v23.0.yaml"
pytestmark = pytest.mark.skipif(
    not DESCRIPTION.exists(), reason="the published description is not beside this checkout"
)
NUMBER = "/{Version}/{Phone-Number-ID}"


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(DESCRIPTION.read_text("utf-8"), Loader=loader)


def examples(published: dict[str, Any], path: str, method: str) -> list[Any]:
    content = published["paths"][path][method]["responses"]["200"]["content"]["application/json"]
    return [e["value"] for e in content.get("examples", {}).values() if "value" in e]


def test_every_state_of_both_lists_is_known(published):
    words = {
        word.lower()
        for name, schema in published["components"]["schemas"].items()
        if name.startswith("WhatsAppMessageDeliveryStatus")
        for word in schema.get("enum", [])
    }
    assert words - set(mapping.DELIVERY) == {"deleted"}


def test_examples_of_histories_are_read(published):
    read = [
        mapping.delivery(example, line["message_id"], lambda trouble, code, said: "")
        for example in examples(published, f"{NUMBER}/message_history", "get")
        for line in example["data"]
    ]
    assert {Delivery.DELIVERED, Delivery.READ} <= {fact.delivery for fact in read if fact}


def test_examples_of_answers_to_sends_are_read(published):
    taken = [e for e in examples(published, f"{NUMBER}/messages", "post") if "messages" in e]
    assert len(taken) >= 5
    for example in taken:
        found = mapping.accepted(example)
        assert found is not None
        assert found.entry_id == example["messages"][0]["id"]
        assert found.address == f"+{example['contacts'][0]['wa_id'].strip()}"


def test_examples_of_templates_are_read(published):
    listed = [
        raw
        for example in examples(published, "/{Version}/{WABA-ID}/message_templates", "get")
        for raw in example["data"]
    ]
    found = [mapping.template(raw, datetime(2026, 11, 22, tzinfo=UTC)) for raw in listed]
    assert found
    for template, raw in zip(found, listed, strict=True):
        assert template is not None
        assert template.name == raw["name"]
        assert template.body
        assert (template.status is Status.APPROVED) == (raw["status"] == "APPROVED")

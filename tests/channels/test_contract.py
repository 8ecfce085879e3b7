"""Every published example of a conversation or contact is read without the loss of a body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from desktop.channels.intercom import html
from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation

DESCRIPTION = Path(__file__).parents[3] / "shared" / "contracts" / "intercom-openapi-2.16.yaml"


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, object) of every conversation and contact inside an example of a successful answer."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    paths = yaml.load(DESCRIPTION.read_text("utf-8"), Loader=loader)["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            for status, answer in operation.get("responses", {}).items() if isinstance(operation, dict) else ():
                media = answer.get("content", {}).get("application/json", {})
                for name, example in media.get("examples", {}).items():
                    yield from within(f"{method} {path} {status} {name}", example.get("value"))


def within(place: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        is_whole = "source" in value or "custom_attributes" in value
        if value.get("type") in ("conversation", "contact") and is_whole and value.get("id"):
            yield place, value
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from within(place, item)


def bodies(raw: Any) -> Iterator[str]:
    """Every text under a key `body` or `subject`, however deep."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key == "body" and isinstance(value, str) and html.from_body(value)[0]:
                yield value
            else:
                yield from bodies(value)
    elif isinstance(raw, list):
        for item in raw:
            yield from bodies(item)


@pytest.mark.skipif(not DESCRIPTION.exists(), reason="the published description is not beside this checkout")
def test_published_examples_are_read_without_losing_a_body():
    conversations = contacts = words = 0
    for place, raw in examples():
        if raw["type"] == "contact":
            found = map_contact(raw)
            assert found.id == str(raw["id"]), place
            assert found.email == (raw.get("email") or ""), place
            contacts += 1
            continue
        conversation = map_conversation(raw)
        assert conversation.id == str(raw["id"]), place
        held = " ".join(e.text for e in conversation.entries).split()
        for body in bodies(raw):
            unread = iter(held)
            assert all(word in unread for word in re.sub(r"<[^>]*>", " ", body).split()), place
            words += 1
        parts = (raw.get("conversation_parts") or {}).get("conversation_parts", [])
        assert len([e for e in conversation.entries if not e.is_first]) == len(parts), place
        conversations += 1
    # The numbers guard against a search that finds nothing.
    assert conversations >= 15
    assert contacts >= 7
    assert words >= 20

"""Twilio's published description: what we send and read exists there, and every state it knows is known to us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from desktop.channels.twilio import mapping, wire

FOLDER = Path(__file__).parents[3] / "shared" / "contracts"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the published descriptions are not beside this checkout")


def load(name: str) -> dict[str, Any]:
    return yaml.load((FOLDER / name).read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def names(struct: type[msgspec.Struct]) -> set[str]:
    return {f.encode_name for f in msgspec.structs.fields(struct)}


def test_messages():
    published = load("twilio_api_v2010.yaml")
    path = published["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
    (form,) = path["post"]["requestBody"]["content"].values()
    sent = {"To", "From", "MessagingServiceSid", "Body", "ValidityPeriod", "ContentSid", "ContentVariables"}
    assert sent <= set(form["schema"]["properties"])
    filters = {p["name"] for p in path["get"]["parameters"]}
    assert {"To", "From", "DateSent>", "PageSize", "Page", "PageToken"} <= filters
    schemas = published["components"]["schemas"]
    assert names(wire.Message) <= set(schemas["api.v2010.account.message"]["properties"])
    states = set(schemas["message_enum_status"]["enum"])
    assert states - set(mapping._DELIVERY) == {"receiving", "received"}
    assert set(mapping._DELIVERY) <= states
    assert {"friendly_name", "status"} <= set(schemas["api.v2010.account"]["properties"])


def test_contents():
    published = load("twilio_content_v2.yaml")
    answer = published["paths"]["/v2/ContentAndApprovals"]["get"]["responses"]["200"]["content"]["application/json"]
    listed = [c for e in answer["examples"].values() for c in e["value"]["contents"]]
    assert listed
    properties = published["components"]["schemas"]["content.v1.content_and_approvals"]["properties"]
    assert names(wire.Content) <= set(properties)
    for raw in listed:
        found = mapping.template(raw, None)
        assert found is not None
        assert found.id == raw["sid"]
        assert found.body

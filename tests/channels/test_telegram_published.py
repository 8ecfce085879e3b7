"""Telegram's published description: what we send and read exists there under that name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.channels.shared.exchange import Token
from desktop.channels.telegram import mapping, wire
from desktop.channels.telegram.channel import TelegramChannel
from desktop.ports import DirectMessage, OutgoingFile

DESCRIPTION = Path(__file__).parents[3] / "shared" / "contracts" / "telegram_bot_api.json"
pytestmark = pytest.mark.skipif(
    not DESCRIPTION.exists(), reason="the published description is not beside this checkout"
)


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    return json.loads(DESCRIPTION.read_text("utf-8"))


def fields(published: dict[str, Any], kind: str) -> set[str]:
    return {f["name"] for f in published["types"][kind]["fields"]}


async def test_every_field_that_is_sent_is_a_parameter(published, provider, clock):
    bot = TelegramChannel(Token("42:AAG"), clock, base_url=provider.base_url)
    provider.answers(200, {})
    out = DirectMessage("d-1", "9001", "hi", reply_to="9001:5")
    await bot.send_text(out)
    sent = json.loads(provider.requests[0][2])
    await bot.aclose()
    file = OutgoingFile("a.png", "image/png", b"x")
    form = mapping.file_fields(DirectMessage("d-1", "9001", "hi", file, "9001:5"), 9001)
    calls = {
        "sendMessage": sent,
        "sendPhoto": form | {"photo": "…"},
        "sendDocument": form | {"document": "…"},
        "getMe": {},
        "getWebhookInfo": {},
    }
    for method, given in calls.items():
        known = published["methods"][method].get("fields", [])
        assert set(given) <= {f["name"] for f in known}, method
        assert {f["name"] for f in known if f["required"]} <= set(given), method
    assert set(sent["reply_parameters"]) <= fields(published, "ReplyParameters")


def test_every_field_that_is_read_exists(published):
    for struct, kind in ((wire.User, "User"), (wire.Chat, "Chat"), (wire.Message, "Message")):
        assert {f.encode_name for f in msgspec.structs.fields(struct)} <= fields(published, kind)
    assert "url" in fields(published, "WebhookInfo")
    assert {"retry_after"} <= fields(published, "ResponseParameters")

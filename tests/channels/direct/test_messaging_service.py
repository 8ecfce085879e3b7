"""A Messaging Service of Twilio's, whose messages come from any of its numbers."""

from __future__ import annotations

import pytest

from desktop.domain.delivery import Delivery
from desktop.ports import Accepted


@pytest.mark.ours("twilio-whatsapp", "twilio-sms")
async def test_a_messaging_service_sends_and_lists_nothing(stage, account, connect, way, send, eventually):
    service = account.urls["twilio"]["messaging_service_sid"]
    channel, customer = connect(account, sender=service), stage.person(account)
    assert (await channel.check()).address == "", "customers see one of its numbers"
    out = await account.written(channel, customer, way)
    since = stage.now()
    accepted = await send(channel, out)
    assert isinstance(accepted, Accepted)
    assert len(stage.screen(account, customer)) == 1
    stage.advance(60)
    assert (await channel.status(accepted.entry_id)).delivery >= Delivery.DELIVERED
    assert await channel.look_up_sent(out, since, ()) == accepted.entry_id
    assert await channel.look_up_sent(out, since, {accepted.entry_id}) is None
    assert not channel.capabilities.lists_messages
    assert not (await channel.messages(since)).complete

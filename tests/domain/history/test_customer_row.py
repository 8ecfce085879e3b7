"""A customer's line in the list when the newest words are of an unknown author or kind: never silent."""

from __future__ import annotations

import pytest
from conversation_factory import NOW, WORKSPACE, conversation, entry, jennifer, on_channel, reply

from desktop.domain.history.customer_row import build_customer_row
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.facts import ChannelKind, Entry, EntryKind, Role

UNKNOWN_AUTHOR = entry(1, role=Role.UNKNOWN, author_id="x-9", text="From an app nobody knows")
UNKNOWN_KIND = entry(1, kind=EntryKind.UNKNOWN, event="sticker_message", text="A sticker of a new kind")


@pytest.mark.parametrize("odd", [UNKNOWN_AUTHOR, UNKNOWN_KIND], ids=["author", "kind"])
def test_they_are_the_last_line_wait_for_an_answer_and_are_unread(odd: Entry) -> None:
    held = conversation("1", on_channel(3), reply(2), odd, tags=("whatsapp",), read=False)
    line = build_customer_row("c1", assemble_thread([held], [jennifer()], WORKSPACE, now=NOW))
    assert line is not None
    assert line.last_text == odd.text
    assert not line.last_from_us
    assert line.last_channel is ChannelKind.UNKNOWN
    assert line.newest_customer_message_at == odd.sent_at
    assert line.waits
    assert line.unread

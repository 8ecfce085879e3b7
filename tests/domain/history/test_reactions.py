"""A bridge's lines about reactions are found at the messages they speak of, where that can be told."""

from __future__ import annotations

import pytest
from conversation_factory import NOW, WORKSPACE, conversation, first, in_messenger, jennifer, on_channel, reply
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.history.reactions import find_reactions
from desktop.domain.history.thread import assemble_thread
from desktop.domain.window.window import WindowState
from desktop.sandbox.model import notices

TEXT = "Your parcel is on its way. It arrives tomorrow."


def told(*lines: str, by=on_channel) -> dict[str, str]:
    """Emojis by the text of their message, for a reply and lines after it."""
    entries = [
        first(9),
        on_channel(8),
        reply(7, text=TEXT),
        *(by(6 - n / 10, text=line) for n, line in enumerate(lines)),
    ]
    thread = assemble_thread([conversation("20", *entries, tags=("whatsapp",))], [jennifer()], WORKSPACE)
    found = find_reactions(thread.messages, WORKSPACE)
    texts = {m.key: m.entry.text for m in thread.messages}
    assert all(texts[line] in lines for line in found.lines)
    return {texts[key]: emoji for key, emoji in found.emojis.items()}


@pytest.mark.parametrize("language", notices.LANGUAGES)
def test_a_reaction_is_found_in_six_languages(language: notices.Language) -> None:
    assert told(notices.text("reaction", language, new="👍🏽", old=TEXT)) == {TEXT: "👍🏽"}


def test_the_newest_one_counts_and_what_cannot_be_told_stays_a_line() -> None:
    assert told(f"Reacted ❤️ to: {TEXT}", f"Reacted 😂 to: “{TEXT}”") == {TEXT: "😂"}
    assert told(f"Reacted 👨‍👩‍👧 to: {TEXT[:20]}…") == {TEXT: "👨‍👩‍👧"}
    for line in ("Reacted 👍 to: something else", "Reacted 👍", "Reacted to: " + TEXT, "Reacted 👍 to: Your…"):
        assert told(line) == {}
    # What anybody may type, and a reaction that was taken back from one of them.
    assert told(f"Reacted 👍 to: {TEXT}", by=in_messenger) == {}
    assert told(f"Thanks 👍: {TEXT}") == {}
    assert told(f"Reacted 👍 to: {TEXT}", "Removed their reaction") == {}


def test_it_opens_no_window_though_its_message_was_found() -> None:
    line = on_channel(0.5, text=f"Reacted 👍 to: {TEXT}")
    chat = conversation("20", first(30), on_channel(29), reply(28, text=TEXT), line, tags=("whatsapp",))
    thread = assemble_thread([chat], [jennifer()], WORKSPACE)
    assert find_reactions(thread.messages, WORKSPACE).emojis
    assert thread.chats[0].window.state(NOW) is WindowState.UNKNOWN


@given(st.text(max_size=40))
def test_any_line_can_be_read(text: str) -> None:
    told(f"Reacted {text}", f"Reacted 👍 to: {text}")

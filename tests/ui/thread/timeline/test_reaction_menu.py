"""Reacting to a message: from its menu and by key, and what its bubble says of it."""

from __future__ import annotations

from dataclasses import replace

from fake_engine import FakeEngine, go_to, news
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.history.provider_messages import ProviderMessage
from desktop.domain.history.thread import Message
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import SendReaction
from desktop.engine.views import ThreadView
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.thread.layout.bubble_layout import BubbleLayout, Line, Paragraph
from desktop.ui.thread.timeline.accessible_text import accessible_text

KEY = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "106540352242922")
PHONE, OURS = "+353871234567", "+35315550102"
EMOJI = ("👍", "❤️")
ROUTE = DirectRoute(Route(KEY, PHONE, OURS), Capabilities(sends_free_text=True, reactions=EMOJI), "WhatsApp")


def customer_message(view: ThreadView) -> Message:
    """The newest one from WhatsApp."""
    found = (m for m in view.thread.messages if m.origin is not None and m.origin.channel is ChannelKind.WHATSAPP)
    return list(found)[-1]


def reacting(view: ThreadView, **facts: object) -> ThreadView:
    """With an account that lists the message."""
    old = customer_message(view)
    listed = ProviderMessage(KEY, "wamid.1", True, OURS, PHONE, old.entry.sent_at)
    new = replace(old, provider_message=listed, **facts)  # type: ignore[arg-type]
    messages = tuple(new if m.key == old.key else m for m in view.thread.messages)
    return replace(view, thread=replace(view.thread, messages=messages), direct_routes=(ROUTE,))


def show(qtbot, engine: FakeEngine, view: ThreadView) -> None:
    engine.queries.threads[view.customer_id] = view
    news(qtbot, engine, threads=frozenset({view.customer_id}))


def actions(menu: QMenu) -> dict[str, bool]:
    return {a.text(): a.isEnabled() for a in menu.actions() if a.text()}


def drawn_lines(layout: BubbleLayout) -> list[str]:
    return [p.text.text() for p in layout.pieces if isinstance(p, Line)]


def test_a_message_is_reacted_to_by_menu_and_key(qtbot, window: MainWindow, engine: FakeEngine, people) -> None:
    plain = people.jennifer()
    timeline = window.thread_pane.timeline

    def choose(view: ThreadView) -> int:
        message = customer_message(view).entry
        timeline.go_to_message(message.conversation_id, message.id)
        return timeline.currentIndex().row()

    def row_menu() -> QMenu:
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        return menu

    go_to(qtbot, window, "c-1")
    show(qtbot, engine, plain)
    choose(plain)
    menu = row_menu()
    entry = next(a for a in menu.actions() if a.text() == "React")
    assert not entry.isEnabled()
    assert "connected in Settings" in entry.toolTip()
    menu.close()
    window._commands.run("react")
    assert "connected in Settings" in window.toast.text

    view = reacting(plain)
    show(qtbot, engine, view)
    choose(view)
    menu = row_menu()
    inner = next(a.menu() for a in menu.actions() if a.text() == "React")
    assert isinstance(inner, QMenu)
    assert actions(inner) == {"👍": True, "❤️": True, "Remove reaction": False}
    menu.close()

    key = customer_message(view).key
    window._commands.run("react")
    opened = QApplication.activePopupWidget()
    assert isinstance(opened, QMenu)
    opened.actions()[1].trigger()
    opened.close()
    assert engine.command_handler.commands[-1] == SendReaction(*key, "❤️")
    assert window.toast.text == "❤️ was accepted."

    view = reacting(plain, own_reaction="❤️", unconfirmed_reaction="👍")
    show(qtbot, engine, view)
    row = choose(view)
    assert drawn_lines(timeline.painting_of(row))[-2:] == ["You: ❤️", "👍 may have been sent"]
    spoken = accessible_text(timeline.timeline.entry(row), people.now)
    assert "You reacted with ❤️. WhatsApp accepted it; Intercom doesn't show it." in spoken
    assert "may or may not have reached the customer" in spoken
    show(qtbot, engine, reacting(plain, own_reaction="❤️", edited_to="This is it."))
    row = choose(view)
    drawn = [p.body.layout.text() for p in timeline.painting_of(row).pieces if isinstance(p, Paragraph)]
    assert drawn[-1] == "Edited on WhatsApp: “This is it.” Intercom still has the text above."
    assert drawn[-1] in accessible_text(timeline.timeline.entry(row), people.now)
    window._commands.run("react")
    opened = QApplication.activePopupWidget()
    assert isinstance(opened, QMenu)
    assert actions(opened)["Remove reaction"]
    assert [a.text() for a in opened.actions() if a.isChecked()] == ["❤️"]
    opened.actions()[-1].trigger()
    opened.close()
    assert engine.command_handler.commands[-1] == SendReaction(*key, "")

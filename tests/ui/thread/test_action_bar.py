"""The header's buttons fold where there is no room, and are never cut off."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.domain.model.facts import Tag
from desktop.engine.views import WorkspaceView
from desktop.ports import Team, Teammate
from desktop.ui.commands.table import BY_NAME
from desktop.ui.thread.header import ThreadHeader

TAGS = tuple(Tag(name) for name in ("refund", "delivery", "a name that is much longer than a chip", "urgent"))


@pytest.fixture
def header(qtbot, theme, ticker, jennifer) -> ThreadHeader:
    header = ThreadHeader(theme, ticker)
    qtbot.addWidget(header)
    view = jennifer()
    me = Teammate("91", "Maria Lind")
    header.show_workspace(WorkspaceView(view.workspace, "Shop", me, (me,), (Team("501", "Deliveries"),)))
    chat = view.thread.chat("wa")
    conversation = replace(chat.conversation, tags=TAGS, assignee_id="91", team_id="501")
    header.show_chat(view, replace(chat, conversation=conversation))
    header.show()
    return header


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width_px", [300, 480, 720, 1100])
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_nothing_is_cut_off(header: ThreadHeader, theme, scale: float, width_px: int, direction) -> None:
    theme.set_text_scale(scale)
    header.setLayoutDirection(direction)
    header.resize(width_px, header.sizeHint().height())
    header.layout().activate()
    bar = header.action_bar
    bar.layout().activate()
    shown = [b for b in (*bar._buttons, bar.more) if b.isVisible()]
    assert bar.more in shown
    for button in shown:
        box = button.geometry()
        assert box.width() >= button.sizeHint().width()
        assert min(box.width(), box.height()) >= 24
        left = button.mapTo(header, box.topLeft() - button.pos()).x()
        assert left >= 0
        assert left + box.width() <= width_px
        assert button.accessibleName()
    assert {b.command for b in bar._buttons} == {*bar.folded, *(b.command for b in shown if b is not bar.more)}
    assert set(bar.folded) <= BY_NAME.keys()
    theme.set_text_scale(1.0)


def test_words_stay_as_long_as_there_is_room_for_them(header: ThreadHeader) -> None:
    bar = header.action_bar
    words = {"assign", "tag", "snooze", "close", "close_next", "template"}
    shown = {}
    for width_px in (1100, 760, 480):
        header.resize(width_px, header.sizeHint().height())
        texts = {b.command for b in bar._buttons if b.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon}
        shown[width_px] = texts - set(bar.folded)
    assert shown[1100] == words
    assert {"assign", "template"} <= shown[760] < words
    assert bar.tags.max_chips == 1, "the second tag gives way first"
    assert all(b.toolTip() and b.accessibleName() for b in bar._buttons)


def test_the_state_is_on_the_buttons(header: ThreadHeader) -> None:
    header.resize(1400, 90)
    bar = header.action_bar
    assert bar.folded == ()
    assert bar.assign.text().strip() == "Maria Lind · Deliveries"
    assert bar.tags.accessibleName().startswith(
        "Tags: refund, delivery, a name that is much longer than a chip, urgent"
    )
    assert [text for _, text in bar.tags._chips()][-1] == "+2"
    assert bar.tags.toolTip().endswith("(L)")

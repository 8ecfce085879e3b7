"""The second window: what it shows is what it was told, and what is done in it goes out as plain data."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit

from desktop.demo.customer_screens.chat import ChatModel, ChatView
from desktop.demo.customer_screens.window import CustomerScreens
from desktop.sandbox.world.sample_files import SAMPLES

Json = dict[str, Any]
NOW = 1_790_000_000.0


def item(who: str, text: str, at: float = NOW, **more: Any) -> Json:
    return {"who": who, "text": text, "at": at, "kind": "text", "attachments": [], "part_id": None} | more


def state(**clock: Any) -> Json:
    people = [
        {"id": "c1", "name": "Jennifer Okafor", "phone": "+353871234567", "telegram_id": None, "blocked": []},
        {"id": "c2", "name": "Petr Novák", "phone": "+420777123456", "telegram_id": 7, "blocked": ["whatsapp"]},
    ]
    lines = [
        {"id": "whatsapp", "channel": "whatsapp", "address": "+35315550100", "tag": "whatsapp"},
        {"id": "telegram", "channel": "telegram", "address": "@HarbourParcelsBot", "tag": "telegram"},
        {"id": "sms", "channel": "sms", "address": "+35315550199", "tag": "twilio"},
    ]
    return {"clock": {"now": NOW, "iso": "", "rate": 1.0} | clock, "customers": people, "lines": lines}


def jennifer(**more: Any) -> Json:
    talk = [item("customer", "Where is it?"), item("business", "On its way", NOW + 60)]
    late = [*talk, item("business", "Only here", NOW + 90_000)]
    return {
        "customer": "c1",
        "name": "Jennifer Okafor",
        "whatsapp": {"whatsapp": talk},
        "telegram": {"telegram": []},
        "sms": {"sms": []},
        "messenger": [
            {"conversation_id": "900", "state": "open", "items": [item("customer", "Shipping?", NOW - 99_999)]},
            {"conversation_id": "901", "state": "open", "items": late},
        ],
        "email": [],
    } | more


def petr() -> Json:
    said = {
        "telegram": {"telegram": [item("customer", "By Telegram")]},
        "sms": {"sms": [item("customer", "SMS", NOW + 9)]},
    }
    return jennifer(customer="c2", name="Petr Novák", whatsapp={"whatsapp": []}, messenger=[], **said)


@pytest.fixture
def screens(qtbot, theme) -> CustomerScreens:
    screens = CustomerScreens(theme)
    qtbot.addWidget(screens)
    screens.show_state(state())
    screens.show_screens(jennifer())
    screens.show()
    return screens


@pytest.fixture
def requests(screens: CustomerScreens) -> list[Any]:
    requests: list[Any] = []
    screens.write_requested.connect(requests.append)
    screens.clock_moved.connect(requests.append)
    screens.customer_changed.connect(requests.append)
    screens.call_requested.connect(lambda who: requests.append(("call", who)))
    screens.block_requested.connect(lambda *args: requests.append(("block", *args)))
    return requests


def shown(widget: Any) -> list[str]:
    """The bubbles in the chat that is on the screen."""
    chat = next(c for c in widget.findChildren(ChatView) if c.isVisible())
    return [i["text"] for i in chat.model.items]


def write(qtbot, widget: Any, text: str) -> None:
    chat = next(c for c in widget.findChildren(ChatView) if c.isVisible())
    field = chat.findChild(QLineEdit)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def button(screens: CustomerScreens, name: str) -> QAbstractButton:
    return next(
        b for b in screens.findChildren(QAbstractButton) if b.isVisible() and b.accessibleName().startswith(name)
    )


def test_phone_and_messenger_show_what_each_holds(screens: CustomerScreens) -> None:
    assert shown(screens.phone) == ["Where is it?", "On its way"]
    assert shown(screens.messenger) == ["Where is it?", "On its way", "Only here"]


def test_the_phone_shows_no_window_for_no_phone_does(screens: CustomerScreens) -> None:
    visible_texts = " ".join(label.text() for label in screens.phone.findChildren(QLabel)).casefold()
    assert "window" not in visible_texts
    assert "open until" not in visible_texts


def test_the_customer_writes_on_whatsapp(screens: CustomerScreens, requests: list[Any], qtbot) -> None:
    write(qtbot, screens.phone, "Hello?")
    assert requests == [{"customer": "c1", "on": "whatsapp", "text": "Hello?", "line": "whatsapp"}]


def test_the_customer_writes_in_the_messenger_into_the_open_conversation(screens, requests: list[Any], qtbot) -> None:
    write(qtbot, screens.messenger, "Any news?")
    screens.messenger.open_conversation("900")
    write(qtbot, screens.messenger, "And shipping?")
    screens.messenger.open_conversation("")
    write(qtbot, screens.messenger, "Something else")
    whose = {"customer": "c1", "on": "messenger", "client": "web"}
    assert requests == [
        whose | {"text": "Any news?", "conversation_id": "901"},
        whose | {"text": "And shipping?", "conversation_id": "900"},
        whose | {"text": "Something else", "new_conversation": True},
    ]


def test_nothing_is_sent_for_blanks(screens: CustomerScreens, requests: list[Any], qtbot) -> None:
    write(qtbot, screens.phone, "   ")
    assert requests == []


@pytest.mark.parametrize(("name", "kind"), [("Send a picture", "picture"), ("Send a voice note", "voice_note")])
def test_a_button_sends_a_file_that_the_sandbox_has(screens, requests: list[Any], name: str, kind: str) -> None:
    button(screens, name).click()
    assert requests[0]["attachments"] == [{"sample": kind}]
    assert kind in SAMPLES


def test_a_menu_sends_the_other_kinds(screens: CustomerScreens, requests: list[Any]) -> None:
    menu = button(screens, "Send another kind of file").menu()
    for action in menu.actions():
        action.trigger()
    kinds = [request["attachments"][0]["sample"] for request in requests]
    assert kinds == ["animation", "video", "document"]
    assert set(kinds) <= set(SAMPLES)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("call", "Voice call"), ("blocked", "You blocked this contact"), ("unblocked", "You unblocked this contact")],
)
def test_what_the_customer_did_without_writing_is_in_the_chat(screens, kind: str, words: str) -> None:
    screens.show_screens(jennifer(whatsapp={"whatsapp": [item("customer", "", kind=kind)]}))
    chat: ChatView = next(c for c in screens.phone.findChildren(ChatView) if c.isVisible())
    assert chat.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith(words)


def test_what_is_typed_survives_the_next_look(screens: CustomerScreens, qtbot) -> None:
    field = next(c for c in screens.phone.findChildren(ChatView) if c.isVisible()).findChild(QLineEdit)
    qtbot.keyClicks(field, "Half a")
    screens.messenger.open_conversation("900")
    screens.show_state(state(now=NOW + 1))
    screens.show_screens(jennifer())
    assert field.text() == "Half a"
    assert screens.messenger.conversation_id == "900"


def test_a_conversation_the_customer_starts_stays_open(screens: CustomerScreens) -> None:
    screens.messenger.open_conversation("")
    begun = {"conversation_id": "902", "state": "open", "items": [item("customer", "New", NOW + 200_000)]}
    screens.show_screens(jennifer(messenger=[*jennifer()["messenger"], begun]))
    assert screens.messenger.conversation_id == "902"


def test_apps_of_the_customer_are_tabs_and_the_newest_one_is_open(
    screens: CustomerScreens, requests: list[Any], qtbot
) -> None:
    screens.show_screens(petr())
    assert screens.phone.app == "sms"
    screens.phone.open_app("telegram")
    assert shown(screens.phone) == ["By Telegram"]
    write(qtbot, screens.phone, "Hi")
    assert requests == [{"customer": "c2", "on": "telegram", "text": "Hi", "line": "telegram"}]


def test_mail_is_an_app_when_the_customer_has_some(screens: CustomerScreens, requests: list[Any], qtbot) -> None:
    screens.show_screens(jennifer(email=[item("customer", "Dear shop")]))
    screens.phone.open_app("email")
    assert shown(screens.phone) == ["Dear shop"]
    write(qtbot, screens.phone, "PS")
    assert requests == [{"customer": "c1", "on": "email", "text": "PS"}]


def test_picking_another_customer_is_a_wish(screens: CustomerScreens, requests: list[Any]) -> None:
    picker = next(c for c in screens.findChildren(QComboBox) if c.accessibleName() == "Customer")
    picker.setCurrentIndex(1)
    assert requests == ["c2"]
    screens.show_state(state())
    screens.show_screens(petr())
    assert screens.customer_id == "c2"
    assert requests == ["c2"]


@pytest.mark.parametrize(
    ("name", "move"),
    [
        ("Move the clock by 1 h", {"advance_s": 3600}),
        ("Move the clock by 24 h", {"advance_s": 86_400}),
        ("Run the clock in real time", {"rate": 1}),
        ("Run the clock 60 times", {"rate": 60}),
    ],
)
def test_the_clock_is_moved_by_buttons(screens: CustomerScreens, requests: list[Any], name: str, move: Json) -> None:
    button(screens, name).click()
    assert requests == [move]


def test_the_clock_shows_the_sandbox_time_and_speed(screens: CustomerScreens) -> None:
    screens.show_state(state(rate=60.0))
    assert button(screens, "Run the clock 60").isChecked()
    assert not button(screens, "Run the clock in real time").isChecked()
    before = screens._clock.text()
    screens.show_state(state(now=NOW + 1))
    assert screens._clock.text() != before


@pytest.mark.parametrize("app", ["whatsapp", "telegram", "sms"])
def test_the_phone_names_shop_and_app_in_full(screens: CustomerScreens, app: str) -> None:
    screens.resize(660, 860)
    screens.phone.open_app(app)
    screens.grab()
    for label in (screens.phone._title, screens.phone._detail):
        assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


def test_calling_and_blocking(screens: CustomerScreens, requests: list[Any]) -> None:
    button(screens, "Call").click()
    button(screens, "Block").click()
    assert requests == [("call", "c1"), ("block", "c1", "whatsapp", True)]


def test_a_blocked_shop_can_be_unblocked(screens: CustomerScreens, requests: list[Any]) -> None:
    screens.show_screens(petr())
    screens.show_state(state())
    screens.phone.open_app("whatsapp")
    assert button(screens, "Unblock the shop").text() == "Unblock"
    button(screens, "Unblock the shop").click()
    assert requests == [("block", "c2", "whatsapp", False)]


def test_each_line_is_blocked_for_itself_and_sms_not_at_all(screens: CustomerScreens, requests: list[Any]) -> None:
    screens.show_screens(petr())
    screens.show_state(state())
    screens.phone.open_app("telegram")
    assert button(screens, "Block the shop on Telegram").text() == "Block"
    button(screens, "Block").click()
    assert requests == [("block", "c2", "telegram", True)]
    screens.phone.open_app("sms")
    assert not any(b.isVisible() and b.text() in ("Block", "Unblock") for b in screens.findChildren(QAbstractButton))


def template(**more: Any) -> Json:
    """As the sandbox tells one with a picture above and buttons below."""
    picture = {"name": "parcel.png", "content_type": "image/png", "filesize": 900, "url": ""}
    opens = {"buttons": ["Track", "Stop", "Copy code"], "opens": ["https://parcels.example.com/t/9", "", "THANKS10"]}
    return item("business", "Hi Jennifer.\nHarbour Parcels", kind="template", attachments=[picture], **opens) | more


@pytest.mark.parametrize("labels", [["Track", "Stop"], ["A very long label " * 20], []])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_buttons_of_a_template_stand_in_rows_below_its_words(screens, theme, labels: list[str], scale) -> None:
    theme.set_text_scale(scale)
    shown = template(buttons=labels, opens=[""] * len(labels))
    screens.show_screens(jennifer(whatsapp={"whatsapp": [shown]}))
    chat: ChatView = next(c for c in screens.phone.findChildren(ChatView) if c.isVisible())
    rect = chat._list.visualRect(chat.model.index(0))
    rects = chat._list.itemDelegate().layout_item(shown, rect)
    assert len(rects.buttons) == len(labels)
    assert all(rects.bubble.contains(row) and row.top() > rects.text.bottom() for row in rects.buttons)
    assert not any(a.intersects(b) for a, b in combinations(rects.buttons, 2))
    assert rect.contains(rects.bubble)


def test_a_template_is_read_with_its_file_before_its_words_and_its_buttons_after(screens: CustomerScreens) -> None:
    screens.show_screens(jennifer(whatsapp={"whatsapp": [template()]}))
    chat: ChatView = next(c for c in screens.phone.findChildren(ChatView) if c.isVisible())
    said = chat.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.endswith("[picture: parcel.png]\nHi Jennifer.\nHarbour Parcels [Track] [Stop] [Copy code]")


@pytest.mark.parametrize(("at", "written"), [(0, []), (1, ["Stop"]), (2, [])])
def test_only_a_quick_reply_button_writes_for_the_customer(
    screens, requests: list[Any], qtbot, at: int, written: list[str]
) -> None:
    screens.show_screens(jennifer(whatsapp={"whatsapp": [template()]}))
    chat: ChatView = next(c for c in screens.phone.findChildren(ChatView) if c.isVisible())
    rect = chat._list.visualRect(chat.model.index(0))
    row = chat._list.itemDelegate().layout_item(template(), rect).buttons[at]
    qtbot.mouseClick(chat._list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert [w["text"] for w in requests] == written


def test_a_refusal_is_shown_until_the_next_wish(screens: CustomerScreens, requests: list[Any], qtbot) -> None:
    def visible_texts() -> list[str]:
        return [label.text() for label in screens.findChildren(QLabel) if label.isVisible()]

    screens.show_error("Jennifer has no telegram")
    assert "Jennifer has no telegram" in visible_texts()
    write(qtbot, screens.phone, "Hello")
    assert "Jennifer has no telegram" not in visible_texts()


def test_a_chat_that_only_grew_is_not_built_anew(qtbot, qtmodeltester) -> None:
    model = ChatModel()
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.set_items([item("customer", "One")])
    first = len(resets)
    assert model.set_items([item("customer", "One"), item("business", "Two")])
    assert not model.set_items([item("customer", "One"), item("business", "Two")])
    assert len(resets) == first
    qtmodeltester.check(model)


@pytest.mark.parametrize("text", ["", "\n\n", "a" * 3000, "مرحبا، أين طلبي؟ " * 20, "x\u2028y"])
def test_any_words_fit_into_their_bubble(screens: CustomerScreens, text: str) -> None:
    screens.show_screens(jennifer(whatsapp={"whatsapp": [item("customer", text), item("business", text, NOW + 1)]}))
    chat: ChatView = next(c for c in screens.phone.findChildren(ChatView) if c.isVisible())
    delegate, viewport = chat._list.itemDelegate(), chat._list.viewport()
    for row in range(chat.model.rowCount()):
        rect = chat._list.visualRect(chat.model.index(row))
        rects = delegate.layout_item(chat.model.items[row], rect)
        assert rect.contains(rects.bubble)
        assert all(rects.bubble.contains(inner) for inner in (rects.text, *rects.buttons))
        assert rects.bubble.left() >= 0
        assert rects.bubble.right() < viewport.width()


def test_rows_follow_the_width_of_the_window(screens: CustomerScreens, qtbot) -> None:
    screens.show_screens(jennifer(whatsapp={"whatsapp": [item("business", "Some words that want two lines. " * 2)]}))
    chat: ChatView = next(c for c in screens.phone.findChildren(ChatView) if c.isVisible())

    def height() -> int:
        return chat._list.visualRect(chat.model.index(0)).height()

    screens.resize(1400, screens.height())
    qtbot.waitUntil(lambda: chat._list.viewport().width() > 400)
    wide = height()
    screens.resize(screens.minimumSizeHint().width(), screens.height())
    qtbot.waitUntil(lambda: height() > wide)
    screens.resize(1400, screens.height())
    qtbot.waitUntil(lambda: height() == wide)


@pytest.fixture
def drawn(screens: CustomerScreens) -> Callable[[], bytes]:
    def draw() -> bytes:
        # Its bytes go with it, so it has a name.
        image = screens.grab().toImage()
        return bytes(image.constBits())

    return draw


def test_what_is_new_is_seen(screens: CustomerScreens, drawn: Callable[[], bytes]) -> None:
    before = drawn()
    screens.show_screens(jennifer(whatsapp={"whatsapp": [item("customer", "Something quite different")]}))
    assert drawn() != before


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_phone_is_mirrored_and_its_texts_stay_in_their_bubbles(screens: CustomerScreens, direction) -> None:
    """Arabic is aligned to the right of its bubble, also where the time below makes the bubble wider."""
    row = QRect(0, 0, 400, 0)
    screens.show_screens(jennifer())
    chat: ChatView = next(c for c in screens.phone.findChildren(ChatView) if c.isVisible())
    delegate = chat._list.itemDelegate()
    for who, text in (("customer", "مرحبا"), ("business", "مرحبا، أين طلبي رقم 4711؟ " * 9), ("customer", "Hi")):
        rects = delegate.layout_item(item(who, text), row, direction)
        is_on_the_right = rects.bubble.center().x() > row.center().x()
        assert is_on_the_right is ((who == "customer") is (direction is Qt.LayoutDirection.LeftToRight))
        lines = [rects.text_layout.lineAt(n) for n in range(rects.text_layout.lineCount())]
        assert lines
        for line in lines:
            shown = line.naturalTextRect()
            assert -1 <= shown.left() <= shown.right() <= rects.text.width() + 1
            assert text == "Hi" or abs(shown.right() - rects.text.width()) <= 1

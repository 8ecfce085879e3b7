"""The right pane: windows that count down, conversations to choose, and evidence a person can overrule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from direct_routes import octopods_route, sms_route, telegram_route, whatsapp_route, with_direct_routes
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from desktop.domain.identity.customer import ContactMatch, IdentityDecision, MatchReason
from desktop.domain.model.facts import ChannelKind, Contact, EntryKind
from desktop.domain.model.reason import make_reason
from desktop.domain.model.workspace import Pin, Relay
from desktop.domain.window.window import Doubt
from desktop.engine.commands import DecideIdentity, PinMapping
from desktop.engine.views import ThreadView, WorkspaceView
from desktop.ports import Teammate
from desktop.text.screens.details import HOW_WE_KNOW
from desktop.ui.details.details_pane import MORE_CONVERSATIONS, NEWEST_CONVERSATIONS, DetailsPane
from desktop.ui.details.sections import WindowRow

Jennifer = Callable[..., ThreadView]


@pytest.fixture
def pane(qtbot, theme, ticker) -> DetailsPane:
    pane = DetailsPane(theme, ticker)
    qtbot.addWidget(pane)
    pane.resize(300, 900)
    pane.show()
    heading = next(b for b in pane.findChildren(QAbstractButton) if b.text() == HOW_WE_KNOW())
    assert not heading.isChecked()
    heading.setChecked(True)
    return pane


def workspace_view(view: ThreadView) -> WorkspaceView:
    return WorkspaceView(view.workspace, me=Teammate("91", "Maria Lind"), teammates=(Teammate("91", "Maria Lind"),))


def visible_text(pane: DetailsPane) -> str:
    """Every text that is on the screen."""
    return "\n".join(w.text() for w in pane.findChildren(QLabel) if w.isVisible())


def button(pane: DetailsPane, name: str) -> QAbstractButton:
    return next(b for b in pane.findChildren(QAbstractButton) if b.isVisible() and b.accessibleName().startswith(name))


def test_a_contact_we_made_up_is_nobodys_identity(pane: DetailsPane, people) -> None:
    view = people.view([people.web()], contact=Contact("conversation:web", name="Jennifer"))
    pane.show_customer(view, "web", workspace_view(view))
    assert "conversation:web" not in visible_text(pane)


def test_what_the_bridge_knows_the_customer_by_is_shown_once(pane: DetailsPane, people) -> None:
    facts = {"octopods_whatsapp_id": "353871234567", "octopods_language": "en"}
    view = people.view([people.web()], contact=Contact("c-1", name="Jennifer", bridge_attributes=facts))
    pane.show_customer(view, "web", workspace_view(view))
    assert visible_text(pane).count("353871234567") == 1
    assert "Language\nEnglish" in visible_text(pane)
    assert visible_text(pane).count("octopods") == 1


def test_it_shows_who_the_customer_is_and_what_we_know(pane: DetailsPane, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    text = visible_text(pane)
    for fact in ("Jennifer Okafor", "+353871234567", "jennifer@example.com", "Maria Lind", "whatsapp"):
        assert fact in text


def test_the_window_counts_down(pane: DetailsPane, jennifer: Jennifer, clock, ticker) -> None:
    view = jennifer(whatsapp_age=timedelta(hours=23), messenger_age=None)
    pane.show_customer(view, "wa", workspace_view(view))
    assert "WhatsApp · 58 min 0 s left" in visible_text(pane)
    clock.advance(timedelta(minutes=1))
    ticker.tick()
    assert "WhatsApp · 57 min 0 s left" in visible_text(pane)
    clock.advance(timedelta(hours=1))
    ticker.tick()
    assert "WhatsApp closed" in visible_text(pane)


def test_a_tick_paints_no_countdown_whose_text_stays(pane: DetailsPane, jennifer: Jennifer, clock, ticker) -> None:
    view = jennifer(whatsapp_age=timedelta(hours=10), messenger_age=None)
    pane.show_customer(view, "wa", workspace_view(view))
    QApplication.processEvents()
    row = pane.findChild(WindowRow)
    painted = []
    row._ring.paintEvent = lambda _event: painted.append(clock.now())
    for _ in range(60):
        clock.advance(timedelta(seconds=1))
        ticker.tick()
        QApplication.processEvents()
    assert len(painted) == 1, "once a minute"
    pane.hide()
    text = row._countdown.text()
    clock.advance(timedelta(minutes=5))
    ticker.tick()
    assert row._countdown.text() == text
    pane.show()
    assert row._countdown.text() != text


def test_it_says_why_with_evidence_for_channel_window_relay_and_messages(pane, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    text = visible_text(pane)
    assert "WhatsApp (90% sure). Posted by Octopods" in text
    assert "opened by “This is what came.”" in text
    assert "WhatsApp: delivery isn't tested yet." in text
    assert "typed in the Messenger" in text


def test_why_ages_with_the_window(pane: DetailsPane, jennifer: Jennifer, clock, ticker) -> None:
    view = jennifer(whatsapp_age=timedelta(hours=23))
    pane.show_customer(view, "wa", workspace_view(view))
    assert "Replies can arrive there for another 58 min" in visible_text(pane)
    clock.advance(timedelta(hours=2))
    ticker.tick()
    assert "Closed 1 h 2 min ago" in visible_text(pane)
    assert "Replies can arrive" not in visible_text(pane)
    pane.show_customer(view, "web", workspace_view(view))
    ticker.tick()
    pane.show_customer(None, None, None)
    ticker.tick()
    assert "Closed 1 h" not in visible_text(pane)


def test_a_conversation_that_mirrors_nothing_says_so(pane: DetailsPane, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "web", workspace_view(view))
    assert "Messenger (90% sure). Its first message was typed on a web page." in visible_text(pane)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("Telegram", PinMapping("wa", ChannelKind.TELEGRAM)),
        ("Messenger", PinMapping("wa", None)),
    ],
)
def test_a_person_may_know_better(pane: DetailsPane, jennifer: Jennifer, qtbot, choice: str, expected) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    menu = button(pane, "Change the channel").menu()
    with qtbot.waitSignal(pane.pin_requested) as said:
        next(a for a in menu.actions() if a.text() == choice).trigger()
    assert said.args == [expected]


def test_a_pin_is_marked_and_can_be_forgotten(pane: DetailsPane, people, jennifer: Jennifer, qtbot) -> None:
    def forget(view: ThreadView):
        pane.show_customer(view, "wa", workspace_view(view))
        return next(
            a for a in button(pane, "Change the channel").menu().actions() if a.text() == "Detect automatically"
        )

    assert not forget(jennifer()).isEnabled()
    people.workspace = replace(people.workspace, pins={"wa": Pin(ChannelKind.WHATSAPP)})
    action = forget(jennifer())
    marked = [a.text() for a in button(pane, "Change the channel").menu().actions() if a.isChecked()]
    assert marked == ["WhatsApp"]
    with qtbot.waitSignal(pane.pin_requested) as said:
        action.trigger()
    assert said.args == [PinMapping("wa", None, forget=True)]


def test_a_conversation_is_chosen_or_opened_in_the_inbox(pane: DetailsPane, jennifer: Jennifer, qtbot) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    with qtbot.waitSignal(pane.conversation_chosen) as chosen:
        button(pane, "Reply in Messenger · Shipping").click()
    assert chosen.args == ["web"]
    with qtbot.waitSignal(pane.inbox_requested) as opened:
        button(pane, "Open Order 4711").click()
    assert opened.args == ["wa"]


def test_a_folded_section_stays_folded_when_news_come(pane: DetailsPane, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    button(pane, "Contact").click()
    assert "jennifer@example.com" not in visible_text(pane)
    newer = jennifer(messenger_age=timedelta(minutes=1))
    pane.show_customer(newer, "wa", workspace_view(newer))
    assert "jennifer@example.com" not in visible_text(pane)


def test_folded_sections_stay_folded_after_a_restart(qtbot, theme, ticker, jennifer: Jennifer, tmp_path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    view = jennifer()

    def reopened() -> DetailsPane:
        pane = DetailsPane(theme, ticker, settings=settings)
        qtbot.addWidget(pane)
        pane.show()
        pane.show_customer(view, "wa", workspace_view(view))
        return pane

    pane = reopened()
    assert settings.allKeys() == []
    button(pane, "Contact").click()
    button(pane, "How we know").click()
    pane = reopened()
    assert "jennifer@example.com" not in visible_text(pane)
    assert "Latest messages in this conversation" in visible_text(pane)


def test_a_number_and_an_address_are_copied_by_a_button(qtbot, pane: DetailsPane, people) -> None:
    contacts = (
        Contact("c-1", name="Jennifer", phone="+353871234567", email="jennifer@example.com"),
        Contact("c-2", role="lead", name="Jen", phone="+353871234567"),
    )
    view = people.view([people.web()], contact=contacts[0])
    view = replace(view, thread=replace(view.thread, contacts=contacts))
    pane.show_customer(view, "web", workspace_view(view))
    assert visible_text(pane).count("+353871234567") == 1, "what two contacts share is shown once"
    for name, value in (("Copy Phone", "+353871234567"), ("Copy Email", "jennifer@example.com")):
        with qtbot.waitSignal(pane.editing.copied) as copied:
            button(pane, name).click()
        assert QGuiApplication.clipboard().text() == value
        assert value in copied.args[0]


def test_what_is_done_rarely_is_in_a_menu(qtbot, pane: DetailsPane, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    begin, merge, merge_in_intercom, delete = button(pane, "More about Jennifer Okafor").menu().actions()
    with qtbot.waitSignal(pane.new_conversation_requested) as begun:
        begin.trigger()
    assert begun.args == [view.thread.contacts[0].id]
    with qtbot.waitSignal(pane.merge_requested) as merged:
        merge.trigger()
    assert merged.args == [view.thread.contacts[0].id]
    assert not merge_in_intercom.isEnabled(), "nobody is a lead"
    with qtbot.waitSignal(pane.forget_requested) as forgotten:
        delete.trigger()
    assert forgotten.args == [view.customer_id]


def test_the_customers_time_is_shown_and_goes_on(pane: DetailsPane, people, clock, ticker) -> None:
    contact = Contact("c-1", name="Jennifer", location="Tokyo, Tokyo, Japan")
    view = people.view([people.web()], contact=contact)
    pane.show_customer(view, "web", workspace_view(view))
    assert "Local time 23:00 · Tokyo, Tokyo, Japan" in visible_text(pane)
    clock.advance(timedelta(minutes=1))
    ticker.tick()
    assert "Local time 23:01 · Tokyo" in visible_text(pane)
    other = people.view([people.web()], customer_id="c-2", contact=Contact("c-2"))
    pane.show_customer(other, "web", workspace_view(view))
    assert "Local time" not in visible_text(pane)


def test_relay_is_told_by_its_meaning(pane: DetailsPane, people, jennifer: Jennifer) -> None:
    people.workspace = replace(people.workspace, relay={ChannelKind.WHATSAPP: Relay.REFUSED})
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    assert "WhatsApp: Octopods doesn't forward replies sent from Reachline." in visible_text(pane)


def test_names_and_facts_are_never_taken_for_markup(pane: DetailsPane, people) -> None:
    contact = Contact("c-1", name="<b>Eve</b>", attributes={"<i>plan</i>": "<img src=x>"})
    view = people.view([people.web()], name="<b>Eve</b>", contact=contact)
    pane.show_customer(view, "web", workspace_view(view))
    assert "<b>Eve</b>" in visible_text(pane)
    assert "<img src=x>" in visible_text(pane)


def test_every_control_has_a_name(pane: DetailsPane, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    nameless: list[QWidget] = [
        b for b in pane.findChildren(QAbstractButton) if b.isVisible() and not b.accessibleName()
    ]
    assert nameless == []
    assert pane.findChildren(QPushButton)


def test_nobody_chosen_leaves_nothing_behind(pane: DetailsPane, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    pane.show_customer(None, None, None)
    assert visible_text(pane) == ""


def test_ways_past_intercom_are_listed_once_each(pane: DetailsPane, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    assert "send directly" not in visible_text(pane)
    other_number = replace(whatsapp_route(), route=replace(whatsapp_route().route, to="+353860000000"))
    with_ways = with_direct_routes(
        view, whatsapp_route(), other_number, sms_route(), telegram_route(), octopods_route()
    )
    pane.show_customer(with_ways, "wa", workspace_view(view))
    listed = "WhatsApp, SMS through Twilio, Telegram through @acme_bot, WhatsApp through Octopods (templates only)"
    assert f"You can also send directly: {listed}" in visible_text(pane)


def test_a_way_whose_window_nobody_can_see_shows_none(pane: DetailsPane, people, jennifer: Jennifer) -> None:
    plain = people.view([people.web()])
    view = with_direct_routes(plain, whatsapp_route(carries_bridge=False))
    pane.show_customer(view, "web", workspace_view(view))
    assert "directly: WhatsApp" in visible_text(pane)
    assert "No channel with a time limit." in visible_text(pane)


def test_a_window_that_only_a_provider_lists_is_shown_while_it_is_known(pane: DetailsPane, people) -> None:
    plain = people.view([people.web()])
    window = people.window(timedelta(hours=5))
    unknown = replace(people.window(None), doubt=Doubt(people.now, "Nobody lists it."))
    for listed, is_shown in (((window,), True), ((unknown,), False)):
        view = replace(plain, thread=replace(plain.thread, listed_windows=listed))
        pane.show_customer(view, "web", workspace_view(view))
        assert ("WhatsApp · 5 h" in visible_text(pane)) is is_shown
        assert ("may be closed" in visible_text(pane)) is False


def test_another_customer_is_shown_from_the_top(qtbot, pane: DetailsPane, people, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.resize(300, 200)
    pane.show_customer(view, "wa", workspace_view(view))
    qtbot.waitUntil(lambda: pane.verticalScrollBar().maximum() > 0)
    pane.verticalScrollBar().setValue(50)
    pane.show_customer(jennifer(), "wa", workspace_view(view))
    assert pane.verticalScrollBar().value() == 50
    other = replace(view, customer_id="c-2", name="Tom")
    pane.show_customer(other, "wa", workspace_view(other))
    assert pane.verticalScrollBar().value() == 0


def test_where_the_channel_is_not_known_no_limit_is_denied(pane: DetailsPane, people) -> None:
    untagged = people.conversation("u1", [people.customer_message("u1", timedelta(hours=2), "Hi", is_first=True)])
    view = people.view([untagged])
    assert not view.thread.chats[0].mapping.is_known
    pane.show_customer(view, "u1", workspace_view(view))
    assert "The channel isn't known, so a 24-hour window may apply." in visible_text(pane)
    assert "No channel with a time limit" not in visible_text(pane)


def test_a_mirrored_channel_without_a_window_says_so(pane: DetailsPane, people) -> None:
    people.workspace = replace(people.workspace, pins={"web": Pin(ChannelKind.TELEGRAM)})
    view = people.view([people.web()])
    pane.show_customer(view, "web", workspace_view(view))
    assert "Telegram: no time limit for replies." in visible_text(pane)
    assert "No channel with a time limit" not in visible_text(pane)


# --- identity ---------------------------------------------------------------------------------------------------

JEN = Contact("c-1", role="user", name="Jennifer Okafor", phone="+5491123456789")
LEAD = Contact("c-2", role="lead", name="Jen", phone="+5491123456789")
OTHER = Contact("c-3", role="lead", name="J. Okafor", phone="+541123456789")


def view_of_three_contacts(people, **more) -> ThreadView:
    view = people.view([people.web()], contact=JEN)
    return replace(
        view,
        thread=replace(view.thread, contacts=(JEN, LEAD)),
        contact_matches=(
            ContactMatch("c-1", "c-2", 95, make_reason(MatchReason.SAME_PHONE), joins=True),
            ContactMatch("c-1", "c-3", 50, make_reason(MatchReason.SIMILAR_PHONE), joins=False),
        ),
        suggested_contacts={"c-3": OTHER},
        **more,
    )


def test_why_contacts_are_one_customer_and_possible_duplicates_are_shown(pane: DetailsPane, people) -> None:
    view = view_of_three_contacts(people)
    pane.show_customer(view, "web", workspace_view(view))
    assert "Jennifer Okafor and Jen are one customer (95% sure). Same phone number." in visible_text(pane)
    assert button(pane, "Possible duplicates").isVisible()
    assert "50" not in visible_text(pane)
    assert "Similar phone numbers, which may be two forms of the same number." in visible_text(pane)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Merge with J. Okafor", IdentityDecision("c-1", "c-3", same=True)),
        ("J. Okafor isn't the same person", IdentityDecision("c-1", "c-3", same=False)),
        ("Jen isn't the same person", IdentityDecision("c-2", "c-1", same=False)),
    ],
)
def test_a_word_is_said_by_the_keyboard_and_carries_its_way_back(qtbot, pane: DetailsPane, people, name, word) -> None:
    view = view_of_three_contacts(people)
    pane.show_customer(view, "web", workspace_view(view))
    pressed = button(pane, name)
    assert pressed.focusPolicy() & Qt.FocusPolicy.TabFocus
    with qtbot.waitSignal(pane.identity_requested) as said:
        qtbot.keyClick(pressed, Qt.Key.Key_Space)
    wish, undo, sentence = said.args
    assert wish == DecideIdentity((word,))
    assert undo == DecideIdentity(revoked=(word,))
    assert sentence


def test_undoing_a_denial_brings_the_earlier_word_back(qtbot, pane: DetailsPane, people) -> None:
    earlier = IdentityDecision("c-1", "c-2", same=True)
    view = view_of_three_contacts(people, identity_decisions=(earlier,))
    pane.show_customer(view, "web", workspace_view(view))
    assert "A teammate said that Jennifer Okafor and Jen are the same person." in visible_text(pane)
    with qtbot.waitSignal(pane.identity_requested) as said:
        button(pane, "Jen isn't the same person").click()
    assert said.args[1] == DecideIdentity((earlier,), revoked=(IdentityDecision("c-2", "c-1", same=False),))
    with qtbot.waitSignal(pane.identity_requested) as said:
        button(pane, "Undo: A teammate said").click()
    assert said.args[:2] == [DecideIdentity(revoked=(earlier,)), DecideIdentity((earlier,))]


def test_the_keyboard_goes_through_the_pane_from_top_to_bottom_however_often_it_is_filled(
    qtbot, pane: DetailsPane, people
) -> None:
    for view in (view_of_three_contacts(people), view_of_three_contacts(people)):
        pane.show_customer(view, "web", workspace_view(view))
    first = button(pane, "More about Jennifer")
    first.setFocus()
    heights = []
    for _ in range(9):
        focused = QApplication.focusWidget()
        heights.append(focused.mapTo(pane.widget(), focused.rect().center()).y())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert heights == sorted(heights)
    assert len(set(heights)) >= 8


def test_nothing_makes_the_pane_wider_than_it_is(pane: DetailsPane, people) -> None:
    pane.resize(pane.minimumWidth(), 700)
    view = view_of_three_contacts(people)
    pane.show_customer(view, "web", workspace_view(view))
    last = button(pane, "Jen isn't the same person")
    last.setFocus()
    pane.ensureWidgetVisible(last)
    assert pane.widget().minimumSizeHint().width() <= pane.viewport().width()
    assert pane.horizontalScrollBar().value() == 0


def many_conversations(people, count: int) -> ThreadView:
    day = timedelta(days=1)
    made = (
        people.conversation(
            f"{n}", [people.customer_message(f"{n}", n * day, "Hi", app_code="octopods-vv1")], tags=("whatsapp",)
        )
        for n in range(count)
    )
    return people.view(made, customer_id=f"c-{count}")


def conversations_shown(pane: DetailsPane) -> list[str]:
    return [w.property("conversation") for w in pane.findChildren(QPushButton, "choice") if w.isVisible()]


def test_two_hundred_conversations_take_no_more_widgets_than_twenty(qtbot, pane: DetailsPane, people) -> None:
    counts = []
    for count in (20, 200):
        view = many_conversations(people, count)
        pane.show_customer(view, "0", workspace_view(view))
        # Widgets of the customer before are deleted later.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        counts.append(len(pane.findChildren(QWidget)))
    assert counts[0] == counts[1]


def test_earlier_conversations_are_added_by_a_button_and_the_keyboard_is_on_the_first(qtbot, pane, people) -> None:
    view = many_conversations(people, 60)
    pane.show_customer(view, "30", workspace_view(view))
    assert conversations_shown(pane) == [*map(str, range(NEWEST_CONVERSATIONS)), "30"], "and the chosen one"
    QApplication.processEvents()
    more = next(
        b
        for b in pane.findChildren(QPushButton)
        if b.text() == f"Show {60 - NEWEST_CONVERSATIONS} earlier conversations"
    )
    more.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(more, Qt.Key.Key_Space)
    assert conversations_shown(pane) == [*map(str, range(NEWEST_CONVERSATIONS + MORE_CONVERSATIONS))]
    assert pane.focusWidget().property("conversation") == str(NEWEST_CONVERSATIONS)
    pane.show_customer(people.view([people.web()], customer_id="c-other"), "web", workspace_view(view))
    pane.show_customer(view, "0", workspace_view(view))
    assert len(conversations_shown(pane)) == NEWEST_CONVERSATIONS


def without_dormant(view: ThreadView, *awake: int) -> ThreadView:
    """As it is read first: old conversations are among the chats only where something rests on them."""
    chats = tuple(view.thread.chats[place] for place in awake)
    left_out = tuple(c for c in view.thread.chats if c not in chats)
    upto = left_out[0].conversation.updated_at
    return replace(view, thread=replace(view.thread, chats=chats, left_out=len(left_out), left_out_upto=upto))


def test_old_conversations_that_nothing_rests_on_are_asked_for_by_the_button(qtbot, pane, people) -> None:
    view = many_conversations(people, 60)
    part_of_it = without_dormant(view, 0, 1, 20)
    pane.show_customer(part_of_it, "0", workspace_view(view))
    assert conversations_shown(pane) == ["0", "1"], "none that has newer ones which are not here"
    more = next(b for b in pane.findChildren(QPushButton) if b.text() == "Show 58 earlier conversations")
    more.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(pane.all_conversations_requested):
        qtbot.keyClick(more, Qt.Key.Key_Space)
    pane.show_customer(view, "0", workspace_view(view))
    assert conversations_shown(pane) == [*map(str, range(NEWEST_CONVERSATIONS + MORE_CONVERSATIONS))]
    assert pane.focusWidget().property("conversation") == "2"


def test_a_message_more_creates_only_what_it_changes(pane: DetailsPane, people, jennifer: Jennifer) -> None:
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    before = {title: section.body for title, section in pane._sections.items()}
    note = people.entry("wa", timedelta(0), "A note.", kind=EntryKind.NOTE, event="note")
    more = people.view([people.adding(c.conversation, *([note] if c.id == "wa" else [])) for c in view.thread.chats])
    pane.show_customer(more, "wa", workspace_view(more))
    assert {title() for title, section in pane._sections.items() if section.body is not before[title]} == set()
    heard = people.customer_message("wa", timedelta(0), "Hello?", app_code="octopods-vv1")
    more = people.view([people.adding(c.conversation, *([heard] if c.id == "wa" else [])) for c in view.thread.chats])
    pane.show_customer(more, "wa", workspace_view(more))
    changed = {title() for title, section in pane._sections.items() if section.body is not before[title]}
    assert changed == {"Channels", "How we know"}


def test_a_folded_section_creates_its_contents_when_it_is_opened(qtbot, pane: DetailsPane, jennifer: Jennifer) -> None:
    heading = next(b for b in pane.findChildren(QAbstractButton) if b.text() == HOW_WE_KNOW())
    heading.setChecked(False)
    view = jennifer()
    pane.show_customer(view, "wa", workspace_view(view))
    body = pane._sections[HOW_WE_KNOW].body
    assert body.findChildren(QWidget) == []
    qtbot.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert "Latest messages in this conversation" in visible_text(pane)

"""Every screen in the pseudo-language and in large text: no sentence stands outside the catalogue, everything fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fake_accounts import FakeAccounts
from fake_engine import FakeEngine, go_to, news, write
from PySide6.QtCore import QCoreApplication, QPoint, QSize
from PySide6.QtWidgets import QMenu, QWidget
from sample_pictures import picture
from screen_texts import cut_off, data_of, outgrown, overlapping, plain_rest, untranslated
from template_picker_driver import ALL, OCTOPODS, OCTOPODS_ROUTE, TELEGRAM_ROUTE, choose
from wizard_driver import wizard_opener

from desktop.app.windows.error_window import ErrorWindow
from desktop.app.windows.old_messages import OldMessagesWindow
from desktop.demo.customer_screens.window import CustomerScreens
from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.outgoing import State
from desktop.domain.model.reason import make_reason
from desktop.engine.views import ConnectionState, ConnectionView, MediaFile, Progress, TemplatesView, WaitingReply
from desktop.ports.reasons import MediaReason
from desktop.store.core.old_messages import OldMessages
from desktop.text.catalog import use_language
from desktop.text.formats import weekday
from desktop.text.pseudo import PSEUDO_LANGUAGE
from desktop.text.terminal import command_line
from desktop.text.writing.continue_on import READY_TEXTS
from desktop.ui.help.first_day.hints import PAUSE, Hint
from desktop.ui.inbox.actions.conversations import ConversationActions
from desktop.ui.inbox.actions.targets import target_of_chat
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.notifications.background import Background
from desktop.ui.notifications.tray import Tray
from desktop.ui.thread.media.pictures import Pictures
from desktop.ui.thread.media.saving import FileSaver
from desktop.ui.thread.media.viewer import PictureViewer, ViewedPicture

pytestmark = [
    pytest.mark.usefixtures("block_font"),
]
SIZE = QSize(1024, 700)
LOOKS = ((PSEUDO_LANGUAGE, 1.0), (PSEUDO_LANGUAGE, 2.0))
Screens = Callable[[QWidget], None]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]} at {look[1]:.0%}")
def language(request: pytest.FixtureRequest, theme) -> Iterator[str]:
    """The language of a look, which is in force with its size of text."""
    language, scale = request.param
    use_language(language)
    theme.set_text_scale(scale)
    yield language
    use_language("en")


@pytest.fixture
def check(language: str, engine: FakeEngine) -> Screens:
    """Checks one screen: in the pseudo-language that all is translated, in every language that it fits."""

    def check_screen(screen: QWidget, *more_data: object) -> None:
        # What a text wraps to at its new width may lead to another width.
        for _ in range(4):
            QCoreApplication.processEvents()
        if language == PSEUDO_LANGUAGE:
            queries = engine.queries
            shown = (queries.threads, queries.rows, queries.about, queries.lists, queries.connected, ALL)
            assert untranslated(screen, data_of(*shown, *more_data)) == []
        assert (outgrown(screen, SIZE), cut_off(screen), overlapping(screen)) == ([], [], [])

    return check_screen


@pytest.fixture
def inbox(qtbot, language: str, engine: FakeEngine, request: pytest.FixtureRequest, people) -> MainWindow:
    """Jennifer's thread after the window has closed, with replies that wait, and the ways past it."""
    states = (State.HELD, State.REFUSED, State.UNCONFIRMED, State.QUEUED)
    pending = tuple(people.pending(state) for state in states)
    view = replace(
        people.jennifer(pending_replies=pending),
        direct_routes=(TELEGRAM_ROUTE, OCTOPODS_ROUTE),
    )
    engine.queries.threads["c-1"] = view
    engine.queries.waiting = tuple(WaitingReply("c-1", "Jennifer Okafor", p) for p in pending[:3])
    window: MainWindow = request.getfixturevalue("window")
    window.resize(SIZE)
    go_to(qtbot, window)
    return window


def test_the_inbox(qtbot, inbox: MainWindow, check: Screens) -> None:
    check(inbox)
    write(qtbot, inbox, "Are you at home?")
    check(inbox, "Are you at home?")


@pytest.mark.slow
def test_the_connection(qtbot, inbox: MainWindow, engine: FakeEngine, now, check) -> None:
    for state in ConnectionState:
        engine.queries.state = ConnectionView(state, next_try_at=now + timedelta(seconds=12))
        engine.queries.first_sync = Progress(120, 300) if state is ConnectionState.ONLINE else None
        news(qtbot, engine, connection=True, progress=True, customers=frozenset({"c-1"}))
        check(inbox)


@pytest.mark.slow
def test_the_review_banner(inbox: MainWindow, check: Screens) -> None:
    inbox.review_banner.review()
    check(inbox.review_banner)


@pytest.mark.slow
def test_every_page_of_the_settings(inbox: MainWindow, check: Screens) -> None:
    sheet = inbox.settings.sheet
    for page in sheet.pages:
        sheet.open_at(type(page))
        check(sheet, READY_TEXTS, sheet.customer_texts.preview.text(), "DeepL", "LibreTranslate")
    inbox.settings.open_relay_test()
    check(inbox.settings.relay_test)


def test_the_checklist_and_the_hints(inbox: MainWindow, check: Screens, clock, ticker) -> None:
    inbox.settings.checklist_requested.emit()
    assert inbox.checklist.widget is not None
    check(inbox.checklist.widget)
    inbox.hints.show_again()
    presenter = inbox.hints.presenter
    assert presenter is not None
    for _ in Hint:
        clock.advance(2 * PAUSE)
        ticker.tick()
        check(presenter.bubble)
        presenter.bubble.button.click()


@pytest.mark.slow
def test_palette_shortcuts_and_questions(inbox: MainWindow, check: Screens) -> None:
    for command in ("palette", "shortcuts", "merge", "forget"):
        inbox._commands.run(command)
        check(inbox)
        for overlay in (inbox.command_palette, inbox.shortcut_sheet, inbox._identity.chooser, inbox.question):
            overlay.dismiss()
    for inbox.quitting.waiting_count in (1, 3):
        assert not inbox.quitting.confirm_close()
        check(inbox.quitting.question)
        inbox.quitting.question.dismiss()


@pytest.mark.slow
def test_the_warning(qtbot, inbox: MainWindow, check: Screens) -> None:
    write(qtbot, inbox, "Are you at home?")
    inbox.composer.send()
    assert inbox.warning_sheet.is_open
    check(inbox.warning_sheet, "Are you at home?")


@pytest.mark.slow
def test_the_template_picker(inbox: MainWindow, check: Screens, now) -> None:
    inbox._commands.run("template")
    picker = inbox.template_picker
    # Qt's name of the language, and a text without its marks.
    shown = ("English", "Hi {{1}}, we have news. Please answer.")
    for listed in (
        TemplatesView(OCTOPODS, (), now),
        TemplatesView(OCTOPODS, ALL, now - timedelta(minutes=6)),
    ):
        picker.show_templates(listed)
        check(picker, *shown)
    for template in ALL[:2]:
        choose(picker, template)
        check(picker, *shown)


@pytest.mark.slow
def test_menus(inbox: MainWindow, check: Screens) -> None:
    actions = inbox.findChild(ConversationActions)
    chat = inbox.view.thread.chat("wa")
    for menu in inbox.findChildren(QMenu):
        menu.aboutToShow.emit()
        assert menu.actions()
        check(menu)
    targets = [target_of_chat(inbox.view, chat)]
    menu = actions.snooze_menu(targets, QPoint(0, 0))
    check(menu)
    menu.close()
    for open_list in (actions.choose_assignee, actions.choose_tag):
        open_list(targets, inbox._workspace, QPoint(0, 0))
        check(actions.popup)
        actions.popup.close()
    actions._pick_time(targets, QPoint(0, 0))
    # The names of days are those of the system's language.
    check(actions.picker, weekday(actions.picker._chosen()))
    actions.picker.close()


@pytest.mark.slow
def test_toasts(qtbot, inbox: MainWindow, check: Screens) -> None:
    write(qtbot, inbox, "Are you at home?")
    for command in ("close", "restore_cancelled", "message_channel", "hand_over", "inbox", "undo", "ask_whatsapp"):
        inbox.toast.hide()
        inbox._commands.run(command)
        check(inbox.toast, "Are you at home?")


@pytest.mark.slow
def test_the_picture_viewer(qtbot, inbox: MainWindow, engine: FakeEngine, theme, check: Screens) -> None:
    keys = [MediaKey("wa", "1", number) for number in range(2)]
    engine.media.files[keys[0]] = MediaFile(keys[0], MediaState.HERE, picture(800, 600, "JPEG"))
    engine.media.files[keys[1]] = MediaFile(keys[1], MediaState.GONE, reason=make_reason(MediaReason.EXPIRED))
    pictures = Pictures(engine, inbox)
    viewer = PictureViewer(theme, pictures, FileSaver(engine, inbox), inbox)
    with qtbot.waitSignal(pictures.changed):
        viewer.show_pictures([ViewedPicture(key, f"photo-{key.number}.jpg") for key in keys], 0)
    for _ in keys:
        check(viewer, "photo-0.jpg", "photo-1.jpg")
        viewer.show_next()


@pytest.mark.slow
def test_the_tray_and_the_question_whether_to_keep_running(inbox: MainWindow, engine: FakeEngine, check, now) -> None:
    tray = Tray(inbox)
    for unseen, paused_until in ((0, None), (1, None), (3, now)):
        tray.show_state(unseen, paused_until)
        check(tray.menu)
    Background(inbox, engine)
    inbox.close()
    assert inbox.quitting.question.isVisible()
    check(inbox.quitting.question)
    inbox.quitting.question.dismiss()


@pytest.mark.slow
def test_every_step_of_the_wizard(qtbot, language: str, theme, engine: FakeEngine, check: Screens) -> None:
    accounts = FakeAccounts()
    with wizard_opener(qtbot, theme, accounts, engine) as opened:
        wizard = opened()
        wizard.resize(SIZE)
        for number in range(len(wizard.steps)):
            wizard._pages.setCurrentIndex(number)
            check(wizard, accounts.profile, accounts.tried, READY_TEXTS)


@pytest.mark.slow
def test_the_window_before_the_inbox(qtbot, language: str, theme, check: Screens) -> None:
    sentence, alternative = command_line.WAITING_FOR_KEYRING(store="keyring"), command_line.CONTINUE_WITHOUT()
    window = ErrorWindow(theme, sentence, can_repeat=True, alternative=alternative)
    qtbot.addWidget(window)
    window.resize(SIZE)
    window.show()
    check(window)


@pytest.mark.slow
def test_the_window_to_read_in_during_an_update(qtbot, language: str, theme, check: Screens, tmp_path) -> None:
    window = OldMessagesWindow(OldMessages(tmp_path / "none.db", None), lambda work, *_: work.close(), theme)
    qtbot.addWidget(window)
    window.resize(SIZE)
    window.show()
    check(window)


def test_what_the_customer_sees(qtbot, language: str, theme, check: Screens) -> None:
    screens = CustomerScreens(theme)
    qtbot.addWidget(screens)
    talk = [{"who": who, "text": "Where is it?", "at": 1.8e9, "attachments": []} for who in ("customer", "business")]
    talk[0]["attachments"] = [{"name": "parcel.png", "content_type": "image/png"}]
    person = {"id": "c1", "name": "Jennifer Okafor", "phone": "+353871234567", "telegram_id": 7, "blocked": []}
    kinds = ("whatsapp", "telegram", "sms")
    lines = [{"id": kind, "channel": kind, "address": "+35315550100", "tag": kind} for kind in kinds]
    seen = {"customer": "c1", "email": talk, "messenger": [{"conversation_id": "9", "state": "open", "items": talk}]}
    seen |= {kind: {kind: talk} for kind in kinds}
    screens.show_state({"clock": {"now": 1.8e9, "rate": 1.0}, "customers": [person], "lines": lines})
    screens.show_screens(seen)
    screens.resize(SIZE)
    screens.show()
    for app in (*kinds, "email"):
        screens.phone.open_app(app)
        check(
            screens, "Jennifer Okafor", "Where is it?", "Harbour Parcels", "parcel.png", "Thu", "Fri", "Jan", "January"
        )


def test_a_plain_sentence_is_noticed() -> None:
    assert plain_rest("[Šéñð ţö [Ann~]~~]", {"Ann"}) == ""
    assert plain_rest("[Šéñð~] Ann Lee (Ctrl+Return)", {"Ann Lee"}) == ""
    assert plain_rest("[Šéñð~] and close", ()) == "and close"

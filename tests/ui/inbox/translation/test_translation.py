"""Translating in the window: a message, a customer's messages as they come in view, and what the agent writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_accounts import FakeAccounts
from fake_engine import FakeEngine, go_to, news, press, press_send, write
from msgspec import structs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from reasons import said
from sample_people import People

from desktop.domain.content.translation import CustomerLanguage, OwnText, Translation, TranslationService
from desktop.domain.model.formatting import Span, SpanKind
from desktop.domain.model.outgoing import State
from desktop.engine.accounts.views import Refusal, TranslationView
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    SaveDraft,
    SendReply,
    SetCustomerLanguage,
    ShowTranslation,
    TranslateCustomer,
)
from desktop.engine.views import ThreadView
from desktop.ports import Profile, ProviderErrorKind, WorkspaceConfig
from desktop.ports.translation import Formality, TranslationConfig
from desktop.text.thread import translation as texts
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.inbox.translation.bar import TranslationBar
from desktop.ui.inbox.translation.draft_box import DraftTranslationBox
from desktop.ui.settings.translation import TranslationPage
from desktop.ui.thread.timeline.accessible_text import accessible_text

ACCOUNT = TranslationView(TranslationService.DEEPL, "api.deepl.com", "EN-GB", ("AR", "EN-GB", "ES"))
ARABIC = "مرحبا، أين طلبي رقم 4711؟"
MADE = Translation(ARABIC, "Hello, where is my order number 4711?", "ar", "EN-GB", TranslationService.DEEPL)
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def amal(people: People) -> ThreadView:
    arabic = people.customer_message("wa", timedelta(minutes=20), ARABIC, app_code="x")
    view = people.jennifer(whatsapp_age=timedelta(hours=2), messenger_age=None, more=(arabic,))
    return replace(view, customer_id="c-3", name="Amal Haddad")


@pytest.fixture
def shown(qtbot, window: MainWindow, engine: FakeEngine, amal: ThreadView) -> MainWindow:
    engine.translation.view = ACCOUNT
    engine.queries.threads["c-3"] = amal
    go_to(qtbot, window, "c-3")
    return window


def message_key(view: ThreadView) -> tuple[str, str]:
    return next(m.key for m in view.thread.messages if m.entry.text == ARABIC)


def row_of(window: MainWindow, text: str = ARABIC) -> int:
    timeline = window.thread_pane.timeline
    rows = range(timeline.timeline.rowCount())
    return next(row for row in rows if timeline.timeline.entry(row).text == text)


def show(qtbot, engine: FakeEngine, view: ThreadView) -> None:
    engine.queries.threads[view.customer_id] = view
    news(qtbot, engine, threads=frozenset({view.customer_id}))


def with_translation(view: ThreadView, made: Translation | None) -> ThreadView:
    def changed(message):
        return replace(message, translation=made) if message.entry.text == ARABIC else message

    thread = view.thread
    chats = tuple(replace(c, messages=tuple(map(changed, c.messages))) for c in thread.chats)
    return replace(view, thread=replace(thread, chats=chats, messages=tuple(map(changed, thread.messages))))


def visible(window: QWidget, kind: type) -> list:
    return [w for w in window.findChildren(kind) if w.isVisible()]


def click_action(qtbot, window: MainWindow, row: int, action: str) -> None:
    """Click what has this action in a row, where it is painted."""
    timeline = window.thread_pane.timeline
    timeline.scrollTo(timeline.timeline.index(row))
    layout = timeline.painting_of(row)
    piece = next(p for p in layout.pieces if p.action == action)
    corner = timeline.visualRect(timeline.timeline.index(row)).topLeft()
    point = corner + QPoint(round(piece.rect.center().x()), round(piece.rect.center().y()))
    qtbot.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_without_an_account_nothing_is_offered(qtbot, window: MainWindow, engine: FakeEngine, amal: ThreadView) -> None:
    engine.queries.threads["c-3"] = replace(amal, language=CustomerLanguage("ar"))
    go_to(qtbot, window, "c-3")
    assert not window.thread_pane.timeline.timeline.entry(row_of(window)).offers_translation
    assert visible(window, TranslationBar) == []
    window._commands.run("translate_draft")
    assert "Settings > Translation" in window.toast.text


def test_a_message_in_another_language_is_translated_by_its_link_and_by_key(
    qtbot, shown: MainWindow, engine: FakeEngine, amal: ThreadView
) -> None:
    timeline, key = shown.thread_pane.timeline, message_key(amal)
    row = row_of(shown)
    offered = [timeline.timeline.entry(r).offers_translation for r in range(timeline.timeline.rowCount())]
    assert sum(offered) == 1
    assert offered[row]
    assert engine.translation.asked == []
    click_action(qtbot, shown, row, "translate:now")
    assert engine.translation.asked == [(key,)]
    timeline.setCurrentIndex(timeline.timeline.index(row))
    shown._commands.run("translate_message")
    assert engine.translation.asked == [(key,)] * 2
    engine.translation.refused = Refusal(said("Characters are used up."))
    shown._commands.run("translate_message")
    assert shown.toast.text == "Characters are used up."

    show(qtbot, engine, replace(with_translation(amal, MADE), language=CustomerLanguage("ar")))
    row = row_of(shown)
    entry = timeline.timeline.entry(row)
    said_aloud = accessible_text(entry, engine.clock.now())
    assert "Machine translation (DeepL) from Arabic: Hello, where is my order number 4711?" in said_aloud
    assert not entry.offers_translation
    click_action(qtbot, shown, row, "translate:toggle")
    assert engine.command_handler.of(ShowTranslation) == [ShowTranslation(key, False)]
    tall = timeline.measured_height(row)
    show(qtbot, engine, with_translation(amal, replace(MADE, is_shown=False)))
    assert timeline.measured_height(row_of(shown)) < tall
    assert "Machine" not in accessible_text(timeline.timeline.entry(row_of(shown)), engine.clock.now())


def test_a_customers_messages_are_translated_only_after_it_was_turned_on(
    qtbot, shown: MainWindow, engine: FakeEngine, amal: ThreadView
) -> None:
    known = replace(amal, language=CustomerLanguage("ar"))
    show(qtbot, engine, known)
    [bar] = visible(shown, TranslationBar)
    assert bar.text == "Amal writes in Arabic."
    assert engine.translation.asked == []
    bar.button.click()
    assert engine.command_handler.of(TranslateCustomer) == [TranslateCustomer("c-3", True)]
    assert engine.translation.asked == []
    held = []
    show_held(engine, replace(known, language=CustomerLanguage("ar", translates=True)), held)
    qtbot.waitUntil(lambda: bool(bar.text) and bar.button.text() == texts.CANCEL())
    assert bar.text == "Translating 1 message…"
    assert engine.translation.asked == []
    for work in held:
        work()
    assert engine.translation.asked == [(message_key(amal),)]
    assert "sent to DeepL as you read them" in bar.text
    # What came to nothing is not asked for again by itself.
    shown._translation._on_ticked(engine.clock.now())
    assert len(engine.translation.asked) == 1
    bar.button.click()
    assert engine.command_handler.of(TranslateCustomer)[-1] == TranslateCustomer("c-3", False)


def show_held(engine: FakeEngine, view: ThreadView, held: list) -> None:
    """Show a view while tasks are held: the loads run, other work waits."""

    def run_loads(work, name, then=None):
        if name == "translate what is in view":
            held.append(lambda: engine.tasks._run(work, name, then))
        else:
            engine.tasks._run(work, name, then)

    engine.tasks.start = run_loads
    engine.queries.threads[view.customer_id] = view
    engine.feed.publish(Changes(threads=frozenset({view.customer_id})))


def test_what_the_agent_writes_is_sent_in_the_customers_language_and_kept(
    qtbot, shown: MainWindow, engine: FakeEngine, amal: ThreadView
) -> None:
    composer, edit = shown.composer, shown.composer.findChild(ComposerEdit)
    show(qtbot, engine, replace(amal, language=CustomerLanguage("ar")))
    composer.focus_text()
    write(qtbot, shown, "It ships today.")
    assert engine.translation.asked == []
    shown._commands.run("translate_draft")
    assert engine.translation.asked == [("It ships today.", "AR")]
    [box] = visible(shown, DraftTranslationBox)
    own = OwnText("It ships today.", "en", "AR", TranslationService.DEEPL)
    assert (composer.text, box.own_edit.toPlainText()) == ("[AR] It ships today.", "It ships today.")
    assert composer.own_text == own
    assert engine.command_handler.of(SaveDraft)[-1].own == own
    # Either text can be changed, and the translation made again.
    box.own_edit.setPlainText("It ships tomorrow.")
    assert "no longer fits" in told(box)
    box.translate_button.click()
    assert composer.text == "[AR] It ships tomorrow."
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    write(qtbot, shown, "!")
    press_send(qtbot, shown)
    if shown.warning_sheet.is_open:
        pytest.fail("an open window needs no warning")
    sent = engine.command_handler.of(SendReply)[-1]
    assert (sent.text, sent.own.text) == ("[AR] It ships tomorrow.!", "It ships tomorrow.")
    assert (composer.text, composer.own_text, visible(shown, DraftTranslationBox)) == ("", None, [])


def test_the_agent_chooses_a_language_that_is_not_known_and_can_go_back(
    qtbot, shown: MainWindow, engine: FakeEngine
) -> None:
    composer = shown.composer
    composer.focus_text()
    write(qtbot, shown, "It ships today.")
    press(qtbot, shown, Qt.Key.Key_T, CONTROL)
    [box] = visible(shown, DraftTranslationBox)
    assert engine.translation.asked == []
    assert not box.translate_button.isEnabled()
    assert "api.deepl.com" in told(box)
    box.language.setCurrentIndex(box.language.findData("ES"))
    engine.translation.refused = Refusal(said("Too many requests."))
    box.translate_button.click()
    assert (composer.error_text, composer.text, composer.own_text) == ("Too many requests.", "It ships today.", None)
    assert engine.command_handler.of(SetCustomerLanguage) == [SetCustomerLanguage("c-3", "ES")]
    engine.translation.refused = None
    box.translate_button.click()
    assert composer.text == "[ES] It ships today."
    composer.undo()
    assert (composer.text, composer.own_text) == ("It ships today.", None)
    box.translate_button.click()
    box.back_button.click()
    assert (composer.text, composer.own_text, box.isVisible()) == ("It ships today.", None, False)
    assert composer.error_text == ""
    # Lists and whole lines keep their formatting; where that of a word is lost, it is said.
    text = "Hello\n- a parcel\n- a label"
    bullets, bold = Span(SpanKind.BULLETS, 6, 26), Span(SpanKind.BOLD, 8, 16)
    edit = composer.findChild(ComposerEdit)
    edit.formatter.set_content(text, (bullets, bold))
    shown._commands.run("translate_draft")
    box.language.setCurrentIndex(box.language.findData("ES"))
    box.translate_button.click()
    moved = tuple(replace(span, start=span.start + 5, end=span.end + 5) for span in (bullets, bold))
    assert (edit.formatter.content(), composer.error_text) == ((f"[ES] {text}", moved), "")
    box.back_button.click()
    assert edit.formatter.content() == (text, (bullets, bold))
    edit.formatter.set_content("Hello Jo,\nHi Jo or Jo", (Span(SpanKind.BOLD, 13, 15),))
    shown._commands.run("translate_draft")
    box.language.setCurrentIndex(box.language.findData("ES"))
    box.translate_button.click()
    assert composer.error_text == texts.FORMATTING_LOST()
    composer.undo()
    assert edit.formatter.content()[1] == (Span(SpanKind.BOLD, 13, 15),)
    composer.set_internal(True)
    shown._commands.run("translate_draft")
    assert texts.NOTES_STAY() in shown.toast.text


def told(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_the_menu_and_a_waiting_reply_have_both_texts(
    qtbot, shown: MainWindow, engine: FakeEngine, amal: ThreadView, people: People
) -> None:
    own = OwnText("It ships today.", "en", "AR", TranslationService.DEEPL)
    pending = structs.replace(people.pending(State.QUEUED, "[ar] It ships today."), own=own)
    show(qtbot, engine, replace(with_translation(amal, MADE), pending_replies=(pending,)))
    timeline = shown.thread_pane.timeline
    waiting = timeline.painting_of(row_of(shown, "[ar] It ships today."))
    shown_texts = [p.body.layout.text() for p in waiting.pieces if hasattr(p, "body")]
    assert "It ships today." in shown_texts
    timeline.setCurrentIndex(timeline.timeline.index(row_of(shown)))
    timeline.setFocus()
    press(qtbot, shown, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    labels = [a.text() for a in menu.actions()]
    assert texts.SHOW_ORIGINAL() in labels
    assert texts.TRANSLATE_AGAIN() in labels
    menu.close()


# --- settings ---------------------------------------------------------------------------------------------------------


def buttons(page: QWidget) -> dict[str, QPushButton]:
    return {b.text(): b for b in page.findChildren(QPushButton) if b.isVisible()}


def test_an_account_is_tested_turned_on_and_deleted(qtbot, window: MainWindow, engine: FakeEngine) -> None:
    accounts = FakeAccounts()
    accounts.profile = Profile((WorkspaceConfig("w1", "Shop", "EU", "Maria Lind"),), "w1")
    window.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    sheet = window.settings.sheet
    sheet.open_at(TranslationPage)
    page = sheet.page
    assert isinstance(page, TranslationPage)
    assert texts.IS_OFF() in told(page)
    assert texts.SAVE() not in buttons(page)
    assert not buttons(page)[texts.TEST()].isEnabled()
    [key] = [field for field in page.findChildren(QLineEdit) if field.isVisible()]
    key.setFocus()
    qtbot.keyClicks(key, "secret:fx")
    assert key.echoMode() is QLineEdit.EchoMode.Password
    accounts.refused = Refusal(said("Not accepted."), ProviderErrorKind.SIGNED_OUT)
    press(qtbot, window, Qt.Key.Key_Return)
    assert "Not accepted." in told(page)
    accounts.refused = None
    press(qtbot, window, Qt.Key.Key_Return)
    assert "DeepL responds. 1,200 of 500,000 characters of this period are used." in told(page)
    assert "Messages you translate are sent to api.deepl.com" in told(page)
    page._language.setCurrentIndex(page._language.findData("DE"))
    page._formality.setCurrentIndex(1)
    buttons(page)[texts.SAVE()].click()
    saved = TranslationConfig(TranslationService.DEEPL, "DE", ("EN-GB", "DE", "PT-BR", "ES"), formality=Formality.MORE)
    assert accounts.calls[-1] == ("save_translation", saved, "secret:fx")
    assert key.text() == ""
    assert "On: DeepL, into German." in told(page)
    # Another language without the key.
    page._language.setCurrentIndex(page._language.findData("ES"))
    buttons(page)[texts.SAVE_CHANGES()].click()
    assert accounts.calls[-1][1].language == "ES"
    assert accounts.calls[-1][1].has_key
    buttons(page)[texts.REMOVE()].click()
    assert accounts.calls[-1] == ("remove_translation", "w1")
    assert texts.IS_OFF() in told(page)
    page._service.setCurrentIndex(1)
    page._address.set_text("https://translate.example.com")
    page._on_edited()
    buttons(page)[texts.TEST()].click()
    _, config, typed = accounts.calls[-1]
    assert (config.service, config.address, config.has_key, typed) == (
        TranslationService.LIBRETRANSLATE, "https://translate.example.com", False, ""
    )  # fmt: skip


def test_the_sample_workspace_says_that_it_pretends(window: MainWindow) -> None:
    sheet = window.settings.sheet
    sheet.open_at(TranslationPage)
    assert texts.SAMPLE() in told(sheet.page)
    assert buttons(sheet.page) == {}

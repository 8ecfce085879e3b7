"""Opens every window, sheet, popup and state of the program one after the other, on an engine that answers from memory.

`test_every_size.py` measures each, and saves pictures of all where it is asked to; it also finds what is missing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from direct_routes import sms_route
from fake_accounts import FakeAccounts
from fake_engine import FakeEngine, go_to, news, no_reports, press
from fake_spell_checker import FakeChecker
from msgspec import structs
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from reasons import said
from recipient_views import ROUTES, recipient_view
from sample_inbox import opened_inbox, sample_engine
from sample_people import People
from sample_pictures import picture
from template_picker_driver import ALL, CLOUD_ROUTE, OCTOPODS, OCTOPODS_ROUTE, TELEGRAM_ROUTE, choose
from voice_notes import TestSignal, tone
from wizard_driver import go_to_step, wizard_opener

from desktop.app.windows.error_window import ErrorWindow
from desktop.app.windows.old_messages import OldMessagesWindow
from desktop.demo.customer_screens.window import CustomerScreens
from desktop.domain.content.snippets import ActionKind, Snippet, SnippetAction
from desktop.domain.content.translation import CustomerLanguage, OwnText, Translation, TranslationService
from desktop.domain.history.report_events import TO_DO, ReportEvent, ReportKind
from desktop.domain.history.thread import Message
from desktop.domain.identity.contact_data import AttributeDefinition, AttributeKind, Company, ContactExtras, ContactNote
from desktop.domain.identity.customer import ContactMatch, MatchReason
from desktop.domain.model.facts import Attachment, ChannelKind, Contact, Priority, Tag
from desktop.domain.model.formatting import Span, SpanKind
from desktop.domain.model.list_view import ListView, SavedView
from desktop.domain.model.media import MediaKey, MediaState
from desktop.domain.model.outgoing import Schedule, State
from desktop.domain.model.reason import make_reason
from desktop.domain.search.excerpt import Excerpt
from desktop.domain.search.query import SearchQuery
from desktop.engine.accounts.views import Refusal, TranslationView
from desktop.engine.commands import SendReply
from desktop.engine.notifications.updates import UpdateView
from desktop.engine.views import (
    ConnectionState,
    ConnectionView,
    CustomerDetails,
    FoundElsewhere,
    FoundRecipient,
    FoundRecipients,
    IntercomResults,
    MediaFile,
    Period,
    Progress,
    ReportsView,
    TemplatesView,
    ThreadView,
    UnreachedCustomer,
    WaitingReply,
)
from desktop.ports import Macro, Profile, ProviderErrorKind, Team, Teammate, WorkspaceConfig, WorkspaceTag
from desktop.ports.reasons import MediaReason
from desktop.ports.updates import Download
from desktop.sandbox.world.sample_files import sample
from desktop.store.core.old_messages import OldMessages
from desktop.text import help as help_texts
from desktop.text.catalog import is_right_to_left_language
from desktop.text.screens import details as detail_texts
from desktop.text.screens import settings as settings_texts
from desktop.text.screens.channel_accounts.forms import FORMS
from desktop.text.screens.details import HOW_WE_KNOW
from desktop.text.terminal import command_line
from desktop.ui.accounts.channel_accounts import ChannelAccounts
from desktop.ui.composer.attachments import AttachmentRow, RefusedFilesNotice
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.route_menu import RouteButton
from desktop.ui.composer.writing.format_bar import LinkPopup
from desktop.ui.customers.search.results_model import ResultAction
from desktop.ui.details.editing.inline_editor import InlineEditor
from desktop.ui.help.first_day.hints import PAUSE, Hint
from desktop.ui.inbox.actions.conversations import ConversationActions
from desktop.ui.inbox.actions.targets import target_of_chat
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.inbox.recording.opus import BYTES_PER_S
from desktop.ui.look.notification_preferences import MachineFacts
from desktop.ui.look.text_direction import leading_corner, open_menu
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.notifications.background import Background
from desktop.ui.notifications.tray import Tray
from desktop.ui.settings.accounts import AccountsPage
from desktop.ui.settings.translation import TranslationPage
from desktop.ui.thread.media.viewer import ViewedPicture
from desktop.ui.widgets.status_line import Status
from desktop.ui.wizard.wizard import Wizard

LONG = "Maximiliane Friederike von Habsburg-Lothringen 🙂 <b>& Söhne</b> عمر حداد " * 3
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FORMATTED = (
    "Your order is on its way: our page (https://shop.example/track/1042)\n- today\n- tomorrow, or call 112",
    (
        Span(SpanKind.BOLD, 14, 24),
        Span(SpanKind.LINK, 26, 68, "https://shop.example/track/1042"),
        Span(SpanKind.BULLETS, 69, 106),
        Span(SpanKind.CODE, 103, 106),
    ),
)
"""A reply with its formatting."""
OPEN, CLOSING, LONG_NAME, UNTAGGED, PROVEN = "c-3", "c-4", "c-5", "c-6", "c-7"
Screens = Iterator[tuple[str, QWidget]]
Part = Callable[["Stage"], Screens]
SMALL = QSize(1024, 700)
SNIPPETS = (
    Snippet("1", "Late parcel", "Sorry, {{first_name}}! Order {{order number}} is late.", "Deliveries"),
    Snippet("2", "Refund", "Hello {{name}}", "Money", (SnippetAction(ActionKind.TAG, "refund"),)),
    Snippet("3", LONG, LONG, LONG),
)


@dataclass
class Stage:
    """What the screens are opened with. window: the inbox, on `furnished(engine, people)`. folder: for files."""

    qtbot: QtBot
    theme: Theme
    ticker: Ticker
    clock: Any
    people: People
    engine: FakeEngine
    window: MainWindow
    folder: Path

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def show(self, customer_id: str) -> None:
        if self.window.customer_id != customer_id:
            go_to(self.qtbot, self.window, customer_id)

    def tell(self, **changes: object) -> None:
        news(self.qtbot, self.engine, **changes)


def furnished(engine: FakeEngine, people: People) -> FakeEngine:
    """A shop in the middle of a day: every kind of customer, teams, tags, own views, replies that wait."""
    queries = engine.queries
    states = (State.HELD, State.REFUSED, State.UNCONFIRMED, State.QUEUED)
    pending = tuple(people.pending(state) for state in states)
    pending += (people.pending(State.SCHEDULED, schedule=Schedule(people.now + 20 * HOUR)),)
    awaiting = people.pending(State.SCHEDULED, LONG, schedule=Schedule(awaits=ChannelKind.WHATSAPP), internal=True)
    others = (WaitingReply(LONG_NAME, LONG, awaiting) for _ in range(9))
    queries.scheduled = (WaitingReply("c-1", "Jennifer Okafor", pending[-1]), *others)
    tags = (Tag("vip"), Tag("late delivery"), Tag("refund"))
    other = Contact("c-8", name="J. Okafor", email="j.okafor@work.example", phone="+353871234567")
    jennifer = _with_tags(people.jennifer(pending_replies=pending), tags)
    queries.threads["c-1"] = replace(
        jennifer,
        direct_routes=(TELEGRAM_ROUTE, OCTOPODS_ROUTE, CLOUD_ROUTE, sms_route()),
        contact_matches=(ContactMatch("c-1", "c-8", 60, make_reason(MatchReason.SIMILAR_PHONE), joins=False),),
        suggested_contacts={"c-8": other},
    )
    voice = Attachment("voice-note.ogg", "https://files.example/v.ogg", "audio/ogg", 24_000)
    arabic = people.customer_message("wa", 20 * MINUTE, "مرحبا، أين طلبي رقم 4711؟", attachments=(voice,), app_code="x")
    queries.threads[OPEN] = replace(
        people.jennifer(whatsapp_age=2 * HOUR, messenger_age=None, more=(arabic,)), customer_id=OPEN, name="Amal Haddad"
    )
    queries.threads[CLOSING] = replace(
        people.jennifer(whatsapp_age=23.3 * HOUR, messenger_age=None), customer_id=CLOSING, name="Petr Novák"
    )
    queries.threads[LONG_NAME] = replace(
        _with_tags(people.jennifer(), (Tag("vip"), Tag(LONG), Tag("<b>&amp;</b>"))), customer_id=LONG_NAME, name=LONG
    )
    message = people.customer_message("q", 2 * HOUR, "Is my order on its way?", app_code="octopods-vv1")
    queries.threads[UNTAGGED] = people.view(
        [people.conversation("q", [message], title="Order")], customer_id=UNTAGGED, name="Noor de Vries"
    )
    queries.rows = (
        people.row(
            "c-1", "Jennifer Okafor", unread=True, tags=("vip", "late delivery"), window=people.window(-2 * HOUR)
        ),
        people.row("c-2", "Tom Baker", waits=False, last_from_us=True, window=None),
        people.row(OPEN, "Amal Haddad", last_text="مرحبا، أين طلبي؟", window=people.window(22 * HOUR)),
        people.row(CLOSING, "Petr Novák", window=people.window(42 * MINUTE), priority=Priority.HIGH),
        people.row(LONG_NAME, LONG, tags=(LONG,), window=people.window(5 * HOUR)),
        people.row(UNTAGGED, "Noor de Vries", window=people.window(None)),
        *people.rows(),
    )
    queries.waiting = tuple(WaitingReply("c-1", "Jennifer Okafor", p) for p in pending[:3])
    queries.queued = 2
    about = queries.about
    queries.about = replace(
        about,
        teammates=(*about.teammates, Teammate("93", LONG[:42])),
        teams=(Team("7", "Billing"), Team("8", "Returns", ("91",)), Team("9", "Deliveries", ("91",))),
        tags=tuple(WorkspaceTag(str(n), name) for n, name in enumerate(("vip", "late delivery", "refund", LONG))),
        saved_views=(SavedView("s1", "Late refunds", ListView.ALL, "refund"),),
        snippets=SNIPPETS,
        macros=(
            Macro("1", "Greeting", "Hello {{first_name}}, 😀"),
            Macro("2", "Refund", "Your money is on its way. " * 9),
        ),
        code_histogram=(("octopods-vv1", 312), ("shop-widget", 4)),
    )
    for view in queries.threads.values():
        for message in view.thread.loaded:
            for number, file in enumerate(message.entry.attachments):
                key = MediaKey(message.entry.conversation_id, message.entry.id, number)
                if file.content_type.startswith("image/"):
                    engine.media.files[key] = MediaFile(key, MediaState.HERE, sample("picture").data)
    return engine


def _with_tags(view: ThreadView, tags: tuple[Tag, ...]) -> ThreadView:
    chats = tuple(replace(c, conversation=replace(c.conversation, tags=tags)) for c in view.thread.chats)
    return replace(view, thread=replace(view.thread, chats=chats))


@contextmanager
def open_stage(
    qtbot: QtBot, theme: Theme, clock: Any, people: People, folder: Path, size: QSize = SMALL
) -> Iterator[Stage]:
    """A stage of its own, on a furnished engine, with an inbox of this size."""
    engine, ticker = furnished(sample_engine(people, clock), people), Ticker(clock)
    with opened_inbox(qtbot, engine, theme, ticker) as window:
        window.resize(size)
        yield Stage(qtbot, theme, ticker, clock, people, engine, window, folder)
    ticker.stop()


def every_screen(stage: Stage, parts: Sequence[Part] = ()) -> Screens:
    """Yield the name of each screen, and the widget to look at: a window, a popup, or a sheet in its window.

    parts: some of `PARTS`; none for all.
    """
    # Before the composer has the keyboard for the first time.
    stage.window.spelling.open_checker = lambda: FakeChecker("ar", "de", "en", "es", "fr", "pt")
    if parts and parts[0] is not _inbox:
        stage.show("c-1")
    for part in parts or PARTS:
        # A menu or another window may have taken the keyboard.
        stage.window.activateWindow()
        QApplication.processEvents()
        yield from part(stage)


# The inbox.


def _inbox(stage: Stage) -> Screens:
    window = stage.window
    yield "inbox, nobody chosen", window
    for name, customer_id in (
        ("inbox", "c-1"),
        ("inbox, window open", OPEN),
        ("inbox, window closing", CLOSING),
        ("inbox, Messenger alone", "c-2"),
        ("inbox, long names", LONG_NAME),
        ("inbox, question about Octopods", UNTAGGED),
    ):
        stage.show(customer_id)
        yield name, window
    stage.show("c-1")
    window.review_banner.review()
    yield "inbox, replies to decide on", window
    window.settings.preferences.set_compact_rows(True)
    yield "inbox, compact rows", window
    window.settings.preferences.set_compact_rows(False)
    for command in ("toggle_list", "toggle_details"):
        window._commands.run(command)
        yield f"inbox, {command.replace('_', ' ')}", window
        window._commands.run(command)
        window.list.show()
    window.thread_pane.timeline.scrollToTop()
    yield "inbox, scrolled up", window
    window.thread_pane.timeline.scrollToBottom()


def _details(stage: Stage) -> Screens:
    details = stage.window.details
    is_folded = details.isHidden()
    if is_folded:
        stage.window._commands.run("toggle_details")
    # What Intercom alone knows comes a quarter of a second after the customer.
    stage.qtbot.waitUntil(lambda: details.editing._details is not None)
    heading = next(b for b in details.findChildren(QToolButton) if b.text() == HOW_WE_KNOW())
    heading.setChecked(True)
    yield "how we know", stage.window
    bar = details.verticalScrollBar()
    bar.setValue(bar.maximum())
    yield "how we know, the end", stage.window
    heading.setChecked(False)
    bar.setValue(0)
    if is_folded:
        stage.window._commands.run("toggle_details")
        stage.window.list.show()


def _editing(stage: Stage) -> Screens:
    window, details = stage.window, stage.window.details
    stage.show("c-1")
    contact = window.view.thread.contacts[0]
    definitions = (
        AttributeDefinition("plan", "Plan", options=("Basic", LONG)),
        AttributeDefinition("renews_at", "Renews", AttributeKind.DATE),
        AttributeDefinition("orders", "Orders", AttributeKind.INTEGER),
    )
    notes = tuple(ContactNote(str(n), LONG, "91", "Maria Lind", stage.now) for n in range(5))
    companies = (Company("1", "Okafor Design"), Company("2", LONG))
    extras = ContactExtras(contact, "en", ("vip", LONG), companies, notes)
    stage.engine.contact_details.known = CustomerDetails((extras,), definitions, said("Intercom can't be reached."))
    details.editing._load()
    is_folded = details.isHidden()
    window._panes.show_details()
    yield "customer, everything that can be edited", window
    window._commands.run("edit_customer")
    yield "customer, editing the name", window
    stage.engine.command_handler.refuse = "Intercom refused this change. " + LONG
    editor = _open_editor(details)
    editor.save()
    yield "customer, a name that is refused", window
    stage.engine.command_handler.refuse = ""
    editor.cancel()
    window._commands.run("customer_note")
    yield "customer, a new note", window
    _open_editor(details).cancel()
    for definition in definitions[:2]:
        details.editing._add_attribute(definition.name)
        QApplication.processEvents()
        editor = _open_editor(details)
        details.ensureWidgetVisible(editor)
        choices = (detail_texts.REPLACE(), print), (detail_texts.KEEP_THEIRS(), print)
        editor.ask(detail_texts.CHANGED_BY_OTHERS(value="Gold"), *choices)
        yield f"customer, editing {definition.name}", window
        editor.cancel()
    stage.engine.contact_details.known = CustomerDetails()
    details.editing._load()
    if is_folded:
        window._commands.run("toggle_details")
        window.list.show()
    leads = tuple(replace(contact, id=i, role="lead", name=name) for i, name in (("l1", "Jenny"), ("l2", LONG)))
    window.merge_sheet.ask(leads, contact, lambda *_: None)
    window.merge_sheet.understood.setChecked(True)
    yield "merge in Intercom", window.merge_sheet
    window.merge_sheet.dismiss()


def _open_editor(details: QWidget) -> InlineEditor:
    return next(editor for editor in details.findChildren(InlineEditor) if editor.isVisible())


def _export(stage: Stage) -> Screens:
    commands = stage.window._commands
    commands.run("export")
    sheet = commands.export_sheet
    sheet._set_working(True)
    sheet._show_progress(1200, 5000)
    yield "export, under way", sheet
    sheet._saved_in = stage.folder
    sheet._finish("1,200 messages saved as Jennifer Okafor 2026-11-30.html.", Status.SUCCESS)
    yield "export, done", sheet
    sheet.dismiss()
    commands.run("print")
    yield "print", sheet
    sheet.dismiss()
    commands.run("report_problem")
    commands.problem_report.words.setPlainText("It stood still for a minute.")
    yield "report a problem", commands.problem_report
    commands.problem_report.dismiss()


def _connection(stage: Stage) -> Screens:
    queries, window = stage.engine.queries, stage.window
    for state in ConnectionState:
        queries.state = ConnectionView(state, next_try_at=stage.now + timedelta(seconds=12))
        queries.first_sync = Progress(120, 300) if state is ConnectionState.ONLINE else None
        stage.tell(connection=True, progress=True, customers=frozenset({"c-1"}))
        yield f"connection, {state.value}", window
    queries.state, queries.first_sync = ConnectionView(ConnectionState.ONLINE), None
    stage.tell(connection=True, progress=True, customers=frozenset({"c-1"}))


def _writing(stage: Stage) -> Screens:
    window, composer = stage.window, stage.window.composer
    stage.show(OPEN)
    composer.append_text("Hello Amal, your order is on its way.")
    yield "writing, window open", window
    composer.findChild(ComposerEdit).clear()
    stage.show("c-1")
    composer.append_text("Are you at home tomorrow between 9 and 11?")
    yield "writing, window closed", window
    files = [stage.folder / "photo.png", stage.folder / "a report with quite a long name for the quarter.pdf"]
    files[0].write_bytes(picture(300, 200, "PNG"))
    files[1].write_bytes(b"%PDF-1.7")
    row = composer.findChild(AttachmentRow)
    row.add_paths([str(path) for path in (*files, stage.folder / "gone.txt")])
    yield "writing, files", window
    row.set_files(())
    composer.findChild(RefusedFilesNotice).findChild(QPushButton).click()
    composer.choose_route(sms_route().route)
    yield "writing, text message directly", window
    menu = composer.findChild(RouteButton).route_menu
    composer.open_routes()
    yield "ways to send", menu
    menu.close()
    composer.choose_route(None)
    composer.start_saved_reply()
    yield "saved replies", window
    press(stage.qtbot, window, Qt.Key.Key_Escape)
    press(stage.qtbot, window, Qt.Key.Key_Backspace)
    yield from _formatting(stage)
    composer.set_internal(True)
    composer.append_text("They asked twice already.")
    yield "writing a note", window
    composer.set_teammates((Teammate("8", "Priya Nair"), Teammate("9", "Maximilian von Hohenstein-Ehrenberg")))
    composer.start_mention()
    yield "mentioning a teammate", window
    press(stage.qtbot, window, Qt.Key.Key_Return)
    yield "a note that mentions", window
    composer.set_teammates(())
    composer.set_internal(False)
    composer.focus_text()
    composer.send()
    assert window.warning_sheet.is_open
    yield "warning", window.warning_sheet
    window.warning_sheet.dismiss()
    composer.findChild(ComposerEdit).clear()


def _saved_replies(stage: Stage) -> Screens:
    window, composer = stage.window, stage.window.composer
    stage.show(OPEN)
    composer.focus_text()
    edit = composer.findChild(ComposerEdit)
    edit.setPlainText("#refu")
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    press(stage.qtbot, window, Qt.Key.Key_Return)
    yield "writing, actions of a saved reply", window
    edit.setPlainText(":heart")
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    yield "writing, emoji by name", window
    edit.clear()
    composer.open_emoji()
    picker = composer.emoji.picker
    yield "emoji", picker
    picker.field.setText("nothing like this")
    yield "emoji, nothing found", picker
    open_menu(picker.tone_button.menu(), leading_corner(picker))
    yield "skin tone", picker.tone_button.menu()
    picker.tone_button.menu().close()
    picker.close()
    window._commands.run("saved_replies")
    sheet = window.saved_replies.sheet
    yield "saved replies, list", sheet
    sheet.search.setText("nothing like this")
    yield "saved replies, nothing found", sheet
    sheet.search.clear()
    sheet.import_file(str(stage.folder / "gone.csv"))
    yield "saved replies, not imported", sheet
    sheet.list.setCurrentRow(1)
    sheet.delete_button.click()
    yield "saved replies, deleted", sheet
    sheet.edit_button.click()
    sheet.form.save_button.click()
    sheet.edit_button.click()
    yield "saved replies, form", sheet
    for menu in (sheet.form.placeholder_menu, sheet.form.action_button.menu()):
        open_menu(menu, leading_corner(sheet))
        yield f"saved replies, {menu.accessibleName()}", menu
        menu.close()
    sheet.show_list()
    about = stage.engine.queries.about
    sheet.show_workspace(replace(about, snippets=()))
    yield "saved replies, none", sheet
    sheet.show_workspace(about)
    sheet.dismiss()
    edit.clear()
    stage.show("c-1")


def _recording(stage: Stage) -> Screens:
    window, signal = stage.window, TestSignal()
    stage.show("c-1")
    window.recording.open_source = lambda: signal
    window.recording._record()
    bar = window.recording.bar
    if bar is None:
        # Without libsndfile.
        window.toast.hide()
        return
    signal.play(bytes(BYTES_PER_S * 21 // 10))
    yield "recording, nothing heard", window
    signal.play(tone(440, 0.3))
    bar.pause.click()
    yield "recording, paused", window
    bar.pause.click()
    bar.stop.click()
    yield "recorded", window
    window.recording.discard()
    window.toast.hide()


def _spelling(stage: Stage) -> Screens:
    window = stage.window
    edit = window.composer.text_field
    stage.show("c-1")
    window.spelling.preferences.add_word("Octopods")
    window.spelling.preferences.add_word("Donaudampfschifffahrtsgesellschaftskapitän")
    window.composer.append_text("مرحبا غلطط" if is_right_to_left_language() else "Hello wrold")
    window.composer.focus_text()
    QApplication.processEvents()
    yield "writing, misspelt", window
    window._commands.run("spelling")
    menu = _open_menu()
    yield "menu of a misspelt word", menu
    menu.close()
    edit.clear()


def _formatting(stage: Stage) -> Screens:
    composer = stage.window.composer
    edit, before = composer.findChild(ComposerEdit), composer.text
    edit.formatter.set_content(*FORMATTED)
    composer.toggle_preview()
    yield "formatting and its preview", stage.window
    composer.toggle_preview()
    composer.format(SpanKind.LINK)
    popup = composer.findChild(LinkPopup)
    popup.field.setText("no address")
    popup._accept()
    yield "address of a link", popup
    popup.close()
    composer._box.formatting.toggle()
    edit.formatter.set_content(before, ())


def _translation(stage: Stage) -> Screens:
    window, engine, composer = stage.window, stage.engine, stage.window.composer
    stage.show("c-1")
    engine.translation.view = TranslationView(TranslationService.DEEPL, "api.deepl.com", "EN-GB", ("AR", "EN-GB", "ES"))
    before = engine.queries.threads[OPEN]
    chats = tuple(replace(c, messages=tuple(map(_translated, c.messages))) for c in before.thread.chats)
    thread = replace(before.thread, chats=chats, messages=tuple(map(_translated, before.thread.messages)))
    own = OwnText("Your order is on its way.", "en", "AR", TranslationService.DEEPL)
    pending = structs.replace(stage.people.pending(State.QUEUED, "[ar] Your order is on its way."), own=own)
    engine.queries.threads[OPEN] = replace(
        before, thread=thread, language=CustomerLanguage("ar"), pending_replies=(pending,)
    )
    stage.show(OPEN)
    yield "a customer who writes in another language", window
    window._commands.run("translate_draft")
    yield "language to write in", window
    composer.append_text("Are you at home tomorrow?")
    window._commands.run("translate_draft")
    yield "draft with its translation", window
    engine.queries.threads[OPEN] = replace(
        engine.queries.threads[OPEN], language=CustomerLanguage("ar", translates=True)
    )
    stage.tell(threads=frozenset({OPEN}))
    yield "a customer whose messages are translated", window
    composer.findChild(ComposerEdit).clear()
    engine.translation.view, engine.queries.threads[OPEN] = None, before
    stage.tell(accounts=True, threads=frozenset({OPEN}))
    stage.show("c-1")


def _translated(message: Message) -> Message:
    if message.entry.text.isascii() or not message.entry.text:
        return message
    english = "Hello, where is my order number 4711?"
    made = Translation(message.entry.text, english, "ar", "EN-GB", TranslationService.DEEPL)
    return replace(message, translation=made)


# What the inbox opens.


def _popups(stage: Stage) -> Screens:
    window = stage.window
    actions, header = window.findChild(ConversationActions), window.thread_pane.header
    bar = header.action_bar
    targets = [target_of_chat(window.view, window.view.thread.chat("wa"))]
    for name, open_list in (("assign", actions.choose_assignee), ("tag", actions.choose_tag)):
        open_list(targets, window._workspace, bar.anchor(name))
        yield name, actions.popup
        actions.popup.close()
    menu = actions.snooze_menu(targets, bar.anchor("snooze"))
    yield "snooze", menu
    menu.close()
    actions._pick_time(targets, bar.anchor("snooze"))
    picker = actions.picker
    yield "snooze until", picker
    picker.field.setDateTime(picker.field.minimumDateTime())
    yield "snooze until a time that is past", picker
    picker.close()
    bar.more_menu.popup(bar.anchor(""))
    yield "more", bar.more_menu
    bar.more_menu.close()
    window._commands.run("conversation_channel")
    yield "channel of the conversation", actions.popup
    actions.popup.close()
    header.countdown.click()
    yield "window chart", header.chart_popup
    header.chart_popup.close()
    header._fill_menu()
    open_menu(header._menu, leading_corner(header))
    yield "conversations", header._menu
    header._menu.close()
    yield from _menus(stage)
    yield from _scheduling(stage)


def _scheduling(stage: Stage) -> Screens:
    scheduling = stage.window.scheduling
    composer = stage.window.composer
    composer._edit.setPlainText("See you tomorrow.")
    assert composer._draft is not None
    composer._drafts.set_schedule(composer._draft, Schedule(stage.window._ticker.now() + timedelta(days=1)))
    composer._show_kept_time()
    yield "a scheduled reply that is edited", composer
    composer._on_time_removed()
    scheduling.open_for_draft()
    assert scheduling.menu is not None
    yield "send later", scheduling.menu
    scheduling.menu.close()
    scheduling._pick_time(lambda _chosen: None, leading_corner(stage.window.composer))
    yield "send on", scheduling.picker
    scheduling.picker.close()
    scheduling.open_list()
    yield "scheduled replies", scheduling.sheet
    scheduling.sheet.show_done("Scheduled reply cancelled.", lambda: None)
    yield "scheduled replies, one cancelled", scheduling.sheet
    scheduling.sheet.show_replies(())
    yield "scheduled replies, none", scheduling.sheet
    scheduling.sheet.dismiss()


def _menus(stage: Stage) -> Screens:
    window = stage.window
    for command in ("menu", "waiting_replies"):
        window._commands.run(command)
        menu = _open_menu()
        yield f"menu of {command}", menu
        menu.close()
    rows = window.list._list
    yield "row menu", _context_menu(rows, rows.model().index(window.list._model.row_of("c-1"), 0))
    _open_menu().close()
    timeline = window.thread_pane.timeline
    model = timeline.model()
    message = next(row for row in range(model.rowCount()) if timeline.timeline.entry(row).text.startswith("Any news"))
    timeline.scrollTo(model.index(message, 0))
    yield "message menu", _context_menu(timeline, model.index(message, 0))
    _open_menu().close()
    tray = Tray(window)
    for unseen, paused_until in ((0, None), (3, stage.now)):
        tray.show_state(unseen, paused_until)
        open_menu(tray.menu, leading_corner(window))
        yield f"tray, {unseen} unseen", tray.menu
        tray.menu.close()
    tray.deleteLater()


def _open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def _context_menu(view: QAbstractItemView, index: object) -> QMenu:
    point = view.visualRect(index).center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), asked)
    return _open_menu()


def _search(stage: Stage) -> Screens:
    window, engine = stage.window, stage.engine
    pane, search = window.list, window.list.search
    for text in ("parcel", "order", "is:snoozed nothing at all", "on:fax", "from:me on:sms x"):
        search.bar.field.setText(text)
        yield f"search for {text}", window
    excerpt = Excerpt("Where is my refund?", ((12, 18),))
    found = tuple(FoundElsewhere(str(number), "Lena Vogt", excerpt, stage.now) for number in (1, 2))
    engine.intercom_search.pages = [IntercomResults(SearchQuery(), found[:1], found, "next", 40)]
    search.bar.field.setText("refund")
    search._elsewhere.act(ResultAction.INTERCOM)
    yield "search at Intercom", window
    pane.own_views.save_button.click()
    yield "name of an own view", pane.own_views.popup
    pane.own_views.popup.close()
    search.bar._show_menu()
    menu = _open_menu()
    yield "filters", menu
    for inner in menu.findChildren(QMenu):
        yield f"values of {inner.title()}", inner
    menu.close()
    search.close()


def _finding(stage: Stage) -> Screens:
    window = stage.window
    stage.show("c-1")
    window._commands.run("find_in_thread")
    yield "find in the thread", window
    field = window.finder.bar.field
    for text in ("parcel", "nothing like this"):
        field.setText(text)
        press(stage.qtbot, window, Qt.Key.Key_Return)
        yield f"find in the thread, {text}", window
    field.clear()
    press(stage.qtbot, window, Qt.Key.Key_Escape)


def _lists(stage: Stage) -> Screens:
    window, pane = stage.window, stage.window.list
    pane.picker.set_has_more(True)
    pane.picker.set_has_teams_open(True)
    yield "all views", window
    own = stage.engine.queries.about.saved_views[0]
    pane.picker.chosen.emit(own)
    yield "own view", window
    menu = pane.own_views.open_menu(own, leading_corner(pane.own_views))
    yield "menu of an own view", menu
    menu.close()
    pane.search.close()
    pane.choose_view(ListView.ALL)
    pane.picker.set_has_teams_open(False)
    pane.picker.set_has_more(False)
    rows = pane._list
    rows.setFocus()
    for _ in range(2):
        press(stage.qtbot, window, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert pane._selection_bar.isVisible()
    yield "selection", window
    yield "menu of several rows", _context_menu(rows, rows.selectedIndexes()[-1])
    _open_menu().close()
    pane._selection_bar._clear.click()
    empty, shown = pane.empty, pane._stack.currentWidget()
    pane._stack.setCurrentWidget(empty)
    for state in (ConnectionState.ONLINE, ConnectionState.OFFLINE):
        empty.show_connection(ConnectionView(state))
        yield f"empty list, {state.value}", window
    empty.show_connection(ConnectionView(ConnectionState.ONLINE))
    empty.show_progress(Progress(120, 300))
    yield "empty list, first sync", window
    empty.show_progress(None)
    pane._stack.setCurrentWidget(shown)


def _overlays(stage: Stage) -> Screens:
    window, commands = stage.window, stage.window._commands
    palette, sheet = window.command_palette, window.shortcut_sheet
    commands.run("palette")
    for text in ("", "clo", "tom", "zzzz"):
        palette._field.setText(text)
        yield f"palette, {text or 'all'}", palette
    palette.dismiss()
    commands.run("shortcuts")
    yield "shortcuts", sheet
    sheet._field.setText("snooze")
    yield "shortcuts, searched", sheet
    sheet.dismiss()
    for name, page in (("manual", commands.manual), ("about", commands.about)):
        commands.run(name)
        yield name, page
        page.dismiss()
    yield from _updates(stage)
    commands.run("merge")
    yield "merge with", window._identity.chooser
    window._identity.chooser.dismiss()
    commands.run("forget")
    yield "forget", window.question
    window.question.dismiss()
    quitting = window.quitting
    for quitting.waiting_count, quitting.keeps_nothing in ((3, False), (1, True)):
        assert not quitting.confirm_close()
        yield f"quit, {quitting.waiting_count} waiting", quitting.question
        quitting.question.dismiss()
    quitting.waiting_count, quitting.keeps_nothing = 0, False
    background = Background(window, stage.engine)
    window.close()
    yield "keep running", quitting.question
    quitting.question.dismiss()
    quitting.hide_instead = lambda: False
    background.deleteLater()


def _updates(stage: Stage) -> Screens:
    window, actions = stage.window, stage.window.updates
    for command, page in (("whats_new", actions.news_sheet), ("check_updates", actions.sheet)):
        window._commands.run(command)
        yield command.replace("_", " "), page
        page.dismiss()
    view = UpdateView("0.1.0", "updates.reachline.example", checks=True, is_known=True, asked_at=stage.now)
    release = Download(f"https://x.example/{'reachline-' * 9}setup.exe", "f0" * 32, 43_200_000)
    newer = structs.replace(view, available="0.2.0", page="https://reachline.example/get", download=release)
    unreachable = make_reason(str(ProviderErrorKind.OFFLINE), provider=view.host)
    skipped = structs.replace(newer, is_skipped=True, reason=unreachable)
    for name, shown in (("newest", view), ("newer", newer), ("skipped", skipped)):
        actions._show(shown)
        window._commands.run("check_updates")
        actions.sheet.show_updates(shown)
        yield f"updates, {name}", actions.sheet
        actions.sheet.dismiss()
    window._footer.show_news("check_updates", help_texts.AVAILABLE_BUTTON(), help_texts.AVAILABLE(version="0.2.0"))
    yield "update in the footer", window
    window._footer.show_news("", "", "")


def _toasts(stage: Stage) -> Screens:
    window = stage.window
    for command in ("close", "message_channel", "restore_cancelled", "snooze"):
        window.toast.hide()
        window._commands.run(command)
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.actions()[0].trigger()
            popup.close()
        yield f"toast, {command.replace('_', ' ')}", window
    window.toast.hide()


def _first_day(stage: Stage) -> Screens:
    window = stage.window
    window.hints.show_again()
    presenter = window.hints.presenter
    assert presenter is not None
    for number, _ in enumerate(Hint, 1):
        stage.clock.advance(2 * PAUSE)
        stage.ticker.tick()
        yield f"hint {number}", window
        presenter.bubble.button.click()
    window.settings.checklist_requested.emit()
    yield "checklist", window
    window.checklist.widget.set_folded(True, is_over_thread=True)
    yield "checklist, folded", window
    window.checklist._close()


def _settings(stage: Stage) -> Screens:
    window, engine = stage.window, stage.engine
    accounts = FakeAccounts()
    shop = WorkspaceConfig("w1", "Shop", "EU", "Maria Lind")
    accounts.profile = Profile((shop, WorkspaceConfig("w2", "Outlet", "US", "Maria Lind")), "w1")
    window.settings.connect_accounts(accounts, engine.tasks.start, "w1")
    window.settings.show_machine(MachineFacts(True, True, False))
    sheet = window.settings.sheet
    for page in sheet.pages:
        sheet.open_at(type(page))
        yield f"settings, {type(page).TITLE()}", sheet
    sheet.open_at(AccountsPage)
    channels = sheet.page.findChild(ChannelAccounts)
    for form in FORMS[:2]:
        channels.open(form)
        yield f"account form, {form.title()}", sheet
        accounts.channel = Refusal(said("The provider does not accept the credential."), ProviderErrorKind.SIGNED_OUT)
        for field in form.fields:
            channels.open_form.fields[field.key].set_text("1022")
        channels.open_form.check.click()
        yield f"account form, {form.title()}, refused", sheet
        accounts.channel = None
        channels.open_form.check.click()
        yield f"account form, {form.title()}, checked", sheet
        channels.open_form.add.click()
    sheet.open_at(TranslationPage)
    page = sheet.page
    page.findChildren(QLineEdit)[1].setText("3c1b7d1e:fx")
    page._key.edited.emit()
    page._test_button.click()
    yield "settings, Translation, tested", sheet
    page._save_button.click()
    yield "settings, Translation, on", sheet
    accounts.refused = Refusal(said("This key is not accepted."), ProviderErrorKind.SIGNED_OUT)
    page._key.set_text("wrong")
    page._key.edited.emit()
    page._service.setCurrentIndex(1)
    page._address.set_text("https://translate.example.com")
    page._on_edited()
    page._test_button.click()
    yield "settings, Translation, refused", sheet
    accounts.refused = None
    sheet.open_at(AccountsPage)
    engine.tasks.held = held = []
    next(b for b in sheet.page.findChildren(QPushButton) if b.text() == settings_texts.CHECK_NOW()).click()
    yield "settings, accounts, checking", sheet
    engine.tasks.held = None
    for work in held:
        work()
    yield "settings, accounts, checked", sheet
    sheet.dismiss()
    window._commands.run("workspace")
    menu = _open_menu()
    yield "several workspaces", menu
    menu.close()
    yield from _relay_test(stage)


def _relay_test(stage: Stage) -> Screens:
    window, engine, people = stage.window, stage.engine, stage.people
    window.settings.open_relay_test()
    sheet = window.settings.relay_test
    yield "delivery test, channel", sheet
    rows = engine.queries.rows
    engine.queries.rows = (people.row(PROVEN, "Maria's phone", last_at=stage.now, last_text="Test"),)
    engine.queries.threads[PROVEN] = replace(
        people.jennifer(whatsapp_age=MINUTE, messenger_age=None), customer_id=PROVEN, name="Maria's phone"
    )
    window.settings.open_relay_test(ChannelKind.WHATSAPP)
    stage.tell(customers=frozenset({PROVEN}))
    stage.qtbot.waitUntil(lambda: bool(sheet.choices))
    yield "delivery test, whose phone", sheet
    stage.qtbot.keyClick(sheet._list, Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: settings_texts.SEND_REPLY() in sheet.choices)
    yield "delivery test, send", sheet
    send = settings_texts.SEND_REPLY()
    next(b for b in sheet.findChildren(QPushButton) if b.text() == send and b.isVisible()).click()
    yield "delivery test, on its way", sheet
    sent = engine.command_handler.of(SendReply)[-1]
    view = engine.queries.threads[PROVEN]
    pending = structs.replace(people.pending(State.ACCEPTED, sent.text), draft_id=sent.draft_id)
    engine.queries.threads[PROVEN] = replace(view, pending_replies=(pending,))
    stage.tell(threads=frozenset({PROVEN}))
    stage.qtbot.waitUntil(lambda: bool(sheet.choices))
    yield "delivery test, did it arrive", sheet
    sheet.dismiss()
    engine.queries.rows = rows
    stage.tell(customers=frozenset({PROVEN}))
    stage.show("c-1")


def _reports(stage: Stage) -> Screens:
    window, queries = stage.window, stage.engine.queries
    actions = window.reports
    actions.open()
    yield "reports, nothing to do", actions.sheet
    actions.sheet.show_page(ReportKind.MESSENGER_ONLY)
    yield "reports, nothing happened", actions.sheet
    actions.sheet.dismiss()
    queries.reported = filled_reports(stage.now)
    actions.open()
    yield "reports, to do", actions.sheet
    actions.sheet.to_do.done_button.click()
    yield "reports, done", actions.sheet
    for page in actions.sheet.reports:
        actions.sheet.show_page(page.kind)
        yield f"reports, {page.kind}", actions.sheet
        page.switch.click()
        yield f"reports, {page.kind} as a table", actions.sheet
        page.switch.click()
    actions.sheet.dismiss()
    queries.reported = no_reports()


def filled_reports(now: datetime) -> ReportsView:
    """A month with much of everything, and customers to reach."""
    days = no_reports().days
    whatsapp = tuple(day * 7 % 11 for day in range(30))
    counts = {ChannelKind.WHATSAPP: whatsapp, ChannelKind.TELEGRAM: tuple(n % 3 for n in whatsapp)}
    names = ("Jennifer Okafor", LONG, "أمل الخطيب", "", "Petr Novák")
    events = [
        ReportEvent(kind, "wa", str(number), now - number * 5 * HOUR, ChannelKind.WHATSAPP)
        for number, kind in enumerate((*TO_DO, *TO_DO, TO_DO[0]))
    ]
    to_do = tuple(
        UnreachedCustomer(f"u-{n}", name, event) for n, (name, event) in enumerate(zip(names, events, strict=True))
    )
    weeks = tuple((Period(now - (12 - 7 * n) * 24 * HOUR, now - (5 - 7 * n) * 24 * HOUR), 9 - n) for n in range(2))
    return ReportsView(days, dict.fromkeys(ReportKind, counts), to_do, 7, now - 5 * 24 * HOUR, weeks, is_complete=False)


def _templates(stage: Stage) -> Screens:
    window, now = stage.window, stage.now
    window._commands.run("template")
    picker = window.template_picker
    for name, listed in (
        ("none", TemplatesView(OCTOPODS, (), now)),
        ("list", TemplatesView(OCTOPODS, ALL, now - 6 * MINUTE)),
    ):
        picker.show_templates(listed)
        yield f"templates, {name}", picker
    for template in ALL[:2]:
        choose(picker, template)
        yield f"templates, {template.name}", picker
    picker.dismiss()


def _new_conversation(stage: Stage) -> Screens:
    window, recipients = stage.window, stage.engine.recipients
    number, email = "+353 86 111 2223", "jennifer.okafor@customers.example.com"
    jennifer = Contact("c-1", name=LONG, phone="+353871234567", email=email, takes_email=True)
    recipients.here = FoundRecipients(
        (FoundRecipient("c-1", LONG, "+353871234567"), FoundRecipient("c-2", "", "", email)), number
    )
    recipients.elsewhere = FoundRecipients((FoundRecipient("c-9", "Tom Baker", "", email, is_here=False),))
    new = Contact("", "lead", phone="+353861112223")
    thread = stage.engine.queries.threads[OPEN].thread
    recipients.views = {
        number: recipient_view(new, number),
        "c-1": recipient_view(jennifer, customer_id="c-1", thread=thread),
        "c-2": recipient_view(Contact("c-2", "lead", "Tom Baker"), has_routes=False),
    }
    window._commands.run("new_conversation")
    sheet = window.new_conversation.sheet
    yield "new conversation", sheet
    sheet.recipient.edit.setText(number)
    sheet.show_here(recipients.here)
    sheet.show_elsewhere(recipients.elsewhere)
    yield "new conversation, found", sheet
    sheet.choose("", number)
    sheet.show_templates(TemplatesView(ROUTES[0].route.key, ALL, stage.now - 6 * MINUTE))
    yield "new conversation, template", sheet
    sheet.choose("c-1", "")
    for label in sheet.channels:
        if "Octopods" not in label:
            sheet.choose_channel(label)
            sheet.text.setPlainText("Where shall we leave your parcel? " * 4)
            yield f"new conversation, {label}", sheet
    sheet.choose("c-2", "")
    yield "new conversation, nobody reached", sheet
    sheet.dismiss()


def _pictures(stage: Stage) -> Screens:
    window = stage.window
    keys = [MediaKey("v", "1", number) for number in range(2)]
    files = stage.engine.media.files
    files[keys[0]] = MediaFile(keys[0], MediaState.HERE, sample("picture").data)
    files[keys[1]] = MediaFile(keys[1], MediaState.GONE, reason=make_reason(MediaReason.EXPIRED))
    viewer = window.viewer
    viewer.show_pictures([ViewedPicture(key, f"photo-{key.number}.jpg") for key in keys], 0)
    stage.qtbot.waitUntil(lambda: not viewer.view.picture_rect().isEmpty())
    yield "picture viewer", viewer
    viewer.show_next()
    yield "picture viewer, gone", viewer
    viewer.dismiss()


# Windows of their own.


def _wizard(stage: Stage) -> Screens:
    accounts, size = FakeAccounts(), stage.window.size()
    stage.window.hide()
    with wizard_opener(stage.qtbot, stage.theme, accounts, stage.engine) as opened:
        wizard: Wizard = opened()
        wizard.resize(size)
        for number, step in enumerate(wizard.steps, 1):
            go_to_step(stage.qtbot, wizard, step)
            yield f"wizard {number}", wizard
        accounts.tried = Refusal(said("Intercom does not accept this token."), ProviderErrorKind.SIGNED_OUT)
        another = opened(another=True)
        another.resize(size)
        go_to_step(stage.qtbot, another, another.intercom)
        another.intercom.field.set_text("dG9r")
        another.intercom.check.click()
        yield "wizard, token refused", another
    stage.window.show()


def _small_windows(stage: Stage) -> Screens:
    sentence, alternative = command_line.WAITING_FOR_KEYRING(store="keyring"), command_line.CONTINUE_WITHOUT()
    old = OldMessages(stage.folder / "none.db", None)
    for name, window in (
        ("before the inbox", ErrorWindow(stage.theme, sentence, can_repeat=True, alternative=alternative)),
        ("while an update changes the database", OldMessagesWindow(old, lambda work, *_: work.close(), stage.theme)),
    ):
        window.resize(stage.window.size())
        window.show()
        yield name, window
        window.close()
        window.deleteLater()


def _customer_screens(stage: Stage) -> Screens:
    screens = CustomerScreens(stage.theme)
    talk = [{"who": who, "text": "Where is it?", "at": 1.8e9, "attachments": []} for who in ("customer", "business")]
    talk[0]["attachments"] = [{"name": "parcel.png", "content_type": "image/png"}]
    person = {"id": "c1", "name": "Jennifer Okafor", "phone": "+353871234567", "telegram_id": 7, "blocked": []}
    kinds = ("whatsapp", "telegram", "sms")
    lines = [{"id": kind, "channel": kind, "address": "+35315550100", "tag": kind} for kind in kinds]
    seen = {"customer": "c1", "email": talk, "messenger": [{"conversation_id": "9", "state": "open", "items": talk}]}
    seen |= {kind: {kind: talk} for kind in kinds}
    screens.show_state({"clock": {"now": 1.8e9, "rate": 1.0}, "customers": [person], "lines": lines})
    screens.show_screens(seen)
    screens.resize(stage.window.size())
    screens.show()
    for app in (*kinds, "email"):
        screens.phone.open_app(app)
        yield f"what the customer sees, {app}", screens
    screens.close()
    screens.deleteLater()


PARTS: tuple[Part, ...] = (
    _inbox,
    _details,
    _editing,
    _export,
    _connection,
    _writing,
    _saved_replies,
    _recording,
    _spelling,
    _translation,
    _popups,
    _search,
    _finding,
    _lists,
    _overlays,
    _toasts,
    _first_day,
    _settings,
    _reports,
    _templates,
    _new_conversation,
    _pictures,
    _wizard,
    _small_windows,
    _customer_screens,
)

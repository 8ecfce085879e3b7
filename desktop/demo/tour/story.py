"""The steps of the tour: a closed WhatsApp window from beginning to end, and customers without that problem."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.demo.sample import SampleWorkspace
from desktop.demo.tour.tour import Tour, TourError
from desktop.domain.delivery import Delivery
from desktop.domain.history.thread import Author
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import WarningCode
from desktop.domain.window.window import Window, WindowState
from desktop.engine.commands import ResolvePending
from desktop.engine.views import PendingReply
from desktop.text.catalog import Text
from desktop.text.demo import screens
from desktop.text.demo import tour as texts
from desktop.text.demo.sample import tour as written
from desktop.text.forecast.alternatives import TO_MESSENGER_ONLY, go_label
from desktop.text.screens import composer
from desktop.ui.look.theme import Theme

JENNIFER, ANNA, TOMAS, MEI = "Jennifer Okafor", "Anna Kowalska", "Tomás Rivera", "Mei Lin Chen"


async def run_tour(application: QApplication, folder: Path) -> int:
    """Play the tour; returns exit status 0 if every forecast was right, 1 if one was wrong or a step failed."""
    workspace = await SampleWorkspace.open(Theme(application))
    tour = Tour(workspace, folder)
    try:
        await play_story(tour)
    except TourError as error:
        print(texts.TOUR_STOPPED(problem=str(error)), file=sys.stderr)
        return 1
    finally:
        await workspace.close()
    print(texts.TOUR_DONE(count=len(tour.steps), file="tour.json", folder=str(folder)))
    for mismatch in tour.mismatches:
        print(mismatch, file=sys.stderr)
    return 1 if tour.mismatches else 0


async def play_story(tour: Tour) -> None:
    """Play all steps in order; raises TourError."""
    await _window_open(tour)
    await _direct_route(tour)
    await _customer_elsewhere(tour)
    await _no_window(tour)
    await _sms_segments(tour)
    await _bot_blocked(tour)
    await _window_closed(tour)
    await _template(tour)
    await _open_again(tour)


async def _window_open(tour: Tour) -> None:
    await tour.choose("jennifer", JENNIFER)
    await tour.wait_until(lambda: tour.workspace.engine.queries.progress() is None, "the first sync to end")
    await tour.wait_until(lambda: tour.view and tour.view.workspace.bridge_codes, "the bridge's code to be learnt")
    await tour.wait_until(
        lambda: _window(tour).state(tour.now) is WindowState.OPEN, "Jennifer's WhatsApp window to be open"
    )
    await tour.write(written.LEFT_OUR_HUB())
    await tour.record_step(texts.WINDOW_OPEN)
    sent = await tour.send(JENNIFER)
    await tour.wait_for_arrival(sent)
    await tour.record_step(texts.ON_BOTH_SCREENS, sent=sent)

    await _customer_answers_in_messenger(tour, written.ON_MY_LAPTOP())
    await tour.write(written.BY_FIVE())
    await _expect(tour, WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL)
    sent = await tour.send(JENNIFER)
    await tour.wait_for_arrival(sent)
    await tour.record_step(texts.MESSENGER_WHILE_OPEN, sent=sent)


async def _direct_route(tour: Tour) -> None:
    await tour.write(written.TRACKING_LINK())
    await tour.choose_direct_route(ChannelKind.WHATSAPP)
    await tour.wait_until(lambda: tour.forecast.reached == {ChannelKind.WHATSAPP}, "WhatsApp alone to be reached")
    await tour.record_step(texts.DIRECT)
    sent = await tour.send(JENNIFER)
    await tour.wait_for_delivery(sent, Delivery.DELIVERED)
    await tour.record_step(texts.NOT_IN_MESSENGER, sent=sent)


async def _sms_segments(tour: Tour) -> None:
    """Mei's thread must be open."""
    await tour.write(written.DELIVERY_BOOKED())
    await tour.choose_direct_route(ChannelKind.SMS)
    await tour.wait_until(lambda: tour.forecast.reached == {ChannelKind.SMS}, "SMS alone to be reached")
    await tour.record_step(texts.TWO_PARTS)
    sent = await tour.send(MEI)
    await tour.wait_for_delivery(sent, Delivery.DELIVERED)
    await tour.record_step(texts.ONE_MESSAGE, sent=sent)


async def _bot_blocked(tour: Tour) -> None:
    await tour.choose("tomas", TOMAS)
    await tour.press_on_phone(screens.BLOCK_NAME(app=screens.TELEGRAM_APP()))
    await tour.wait_until(lambda: tour.has_blocked("tomas"), "the bot to be blocked")
    text = written.SHALL_WE_KEEP_IT()
    await tour.write(text)
    await tour.choose_direct_route(ChannelKind.TELEGRAM)
    await tour.send(TOMAS)

    def refused() -> PendingReply | None:
        pending_replies = tour.view.pending_replies if tour.view is not None else ()
        return next((p for p in pending_replies if p.text == text and p.state is State.REFUSED), None)

    await tour.wait_until(refused, "Telegram's refusal")
    await tour.record_step(texts.BLOCKED, name="Tomás")
    pending = refused()
    assert pending is not None
    tour.submit(ResolvePending(pending.draft_id, cancel=True))
    await tour.wait_until(lambda: refused() is None, "the refused reply to be taken back")


async def _customer_elsewhere(tour: Tour) -> None:
    await tour.choose("anna", ANNA)
    tour.window.thread_pane.choose_conversation(_messenger_conversation(tour))
    await tour.write(written.STILL_NOT_PRINTED())
    await _expect(tour, WarningCode.CUSTOMER_IS_ELSEWHERE)
    await tour.record_step(texts.ELSEWHERE, name="Anna")
    await tour.send(ANNA)
    await tour.wait_until(lambda: tour.window.warning_sheet.is_open, "the warning")
    await tour.record_step(texts.OFFERS_CONVERSATION)
    assert tour.view is not None
    await _choose(tour, go_label(tour.view.thread.chat(_mirrored_conversation(tour))))
    await tour.wait_until(
        lambda: tour.window.composer.conversation_id == _mirrored_conversation(tour), "the WhatsApp conversation"
    )
    sent = await tour.send(ANNA)
    await tour.wait_for_arrival(sent)
    await tour.record_step(texts.SENT_WHERE_CUSTOMER_IS, name="Anna", sent=sent)


async def _no_window(tour: Tour) -> None:
    for key, name, text, caption in (
        ("tomas", TOMAS, written.OPEN_AT_TEN(), texts.TELEGRAM),
        ("mei", MEI, written.AFTER_SIX(), texts.SMS),
    ):
        await tour.choose(key, name)
        await tour.write(text)
        sent = await tour.send(name)
        await tour.wait_for_arrival(sent)
        await tour.record_step(caption, sent=sent)


async def _window_closed(tour: Tour) -> None:
    await tour.choose("jennifer", JENNIFER)
    await tour.advance_clock(hours=25)
    await tour.wait_until(lambda: _window(tour).state(tour.now) is WindowState.CLOSED, "the window to close")
    await _customer_answers_in_messenger(tour, written.STILL_NOT_HERE())
    text = written.CALLED_THE_COURIER()
    await tour.write(text)
    await _expect(tour, WarningCode.WINDOW_CLOSED)
    await _expect(tour, WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN)
    await tour.record_step(texts.WINDOW_CLOSED)
    await _show_window_chart(tour, texts.CHART)
    sent = await tour.send(JENNIFER)
    await tour.wait_until(lambda: tour.window.warning_sheet.is_open, "the warning")
    tour.press(Qt.Key.Key_Return, "\r")
    tour.press(Qt.Key.Key_Enter, "\r")
    await tour.record_step(texts.WARNING)
    if not tour.window.warning_sheet.is_open or tour.window.composer.text != text:
        raise TourError("Enter got past the warning")
    await _choose(tour, TO_MESSENGER_ONLY())
    await tour.wait_for_arrival(sent)
    await tour.record_step(texts.MESSENGER_ONLY, sent=sent)

    def notice_is_tied() -> bool:
        view = tour.view
        return view is not None and any(
            m.entry.text == text and m.author is Author.TEAMMATE and m.notice for m in view.thread.messages
        )

    await tour.wait_until(notice_is_tied, "the bridge's notice on that reply")
    await tour.record_step(texts.NOTICE)


async def _template(tour: Tour) -> None:
    await tour.write(written.COMES_THIS_EVENING())
    await _expect(tour, WarningCode.WINDOW_CLOSED)
    await tour.send(JENNIFER)
    await tour.wait_until(lambda: tour.window.warning_sheet.is_open, "the warning")
    await _choose(tour, composer.TEMPLATE())
    await tour.wait_until(lambda: tour.window.template_picker.is_open, "the template picker")
    await tour.choose_template("order_update")
    await tour.record_step(texts.TEMPLATE_PICKER)
    picture = "https://files.example.com/parcel.png"
    await tour.fill_template({"header.media": picture, "body.order_id": "4711", "button.0": "4711"})
    await tour.record_step(texts.TEMPLATE_FILLED)
    sent = await tour.send_template(JENNIFER)
    await tour.wait_for_delivery(sent, Delivery.DELIVERED)
    if _window(tour).state(tour.now) is not WindowState.CLOSED:
        raise TourError("a template of ours opened the window")
    await tour.record_step(texts.TEMPLATE_SENT, sent=sent)


async def _open_again(tour: Tour) -> None:
    await tour.customer_writes("jennifer", "whatsapp", written.HAS_ARRIVED())
    await tour.wait_for_message(written.HAS_ARRIVED())
    await tour.wait_until(lambda: _window(tour).state(tour.now) is WindowState.OPEN, "the window to open again")
    await tour.write(written.ENJOY_IT())
    await tour.wait_until(lambda: ChannelKind.WHATSAPP in tour.forecast.reached, "WhatsApp to be reached again")
    sent = await tour.send(JENNIFER)
    await tour.wait_for_arrival(sent)
    await tour.record_step(texts.OPEN_AGAIN, sent=sent)
    tour.use_dark_scheme()
    await _show_window_chart(tour, texts.DARK)


async def _customer_answers_in_messenger(tour: Tour, text: str) -> None:
    conversation = _mirrored_conversation(tour)
    await tour.customer_writes("jennifer", "messenger", text, conversation_id=conversation, client="ios")
    await tour.wait_for_message(text)


async def _show_window_chart(tour: Tour, caption: Text) -> None:
    chart = await tour.open_window_chart()
    await tour.record_step(caption, extra=chart)
    chart.close()


async def _expect(tour: Tour, code: WarningCode) -> None:
    await tour.wait_until(lambda: code in tour.forecast.warnings, f"the forecast to say {code}")


async def _choose(tour: Tour, label: str) -> None:
    """Press the button of the warning sheet with this label."""
    choices = tour.window.warning_sheet.choices
    buttons = [b for b in choices if b.text() == label and b.isEnabled()]
    if not buttons:
        raise TourError(f"the warning offers no “{label}”")
    buttons[0].click()
    await tour.wait_until(lambda: not tour.window.warning_sheet.is_open, "the warning to go away")


def _mirrored_conversation(tour: Tour) -> str:
    assert tour.view is not None
    return next(c.id for c in tour.view.thread.chats if c.mapping is not None and c.mapping.is_known)


def _messenger_conversation(tour: Tour) -> str:
    assert tour.view is not None
    return next(c.id for c in tour.view.thread.chats if c.mapping is None)


def _window(tour: Tour) -> Window:
    assert tour.view is not None
    return tour.view.thread.chat(_mirrored_conversation(tour)).window

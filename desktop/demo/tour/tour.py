"""Operates both windows of the sample workspace, takes a picture of each step and checks the forecasts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.demo.sample import SampleWorkspace
from desktop.demo.sandbox_control import Json
from desktop.demo.tour import forecast_check, legibility
from desktop.demo.tour.forecast_check import SentReply
from desktop.domain.delivery import Delivery
from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply, compute_forecast, find_route_situation
from desktop.domain.model.facts import ChannelKind, EntryKind
from desktop.engine.commands import Command, SendDirect, SyncNow
from desktop.engine.views import ThreadView
from desktop.text.catalog import Text, strip_isolates
from desktop.text.demo import tour as texts
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.route_menu import RouteButton
from desktop.ui.inbox.main_window import MainWindow

TIMEOUT_S = 20.0
"""Real time that a step may wait for its condition."""
POLL_INTERVAL_S = 0.03
MAIN_SIZE, PHONE_SIZE = (1240, 820), (700, 820)


class TourError(Exception):
    """Something that the tour waits for did not happen; the message says what."""


class Tour:
    """Keyboard, camera and forecast check for the story. mismatches: what did not come true, as sentences."""

    def __init__(self, workspace: SampleWorkspace, folder: Path) -> None:
        self.workspace = workspace
        self.steps: list[Json] = []
        self.mismatches: list[str] = []
        self._folder = folder
        self.window.resize(*MAIN_SIZE)
        workspace.screens.resize(*PHONE_SIZE)
        self.window.show()
        workspace.screens.show()
        self.window.activateWindow()

    # Waiting.

    async def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Run the event loop until `condition()` is true; raises TourError naming `what` after `TIMEOUT_S`."""
        clock = self.workspace.engine.clock
        deadline = clock.monotonic() + TIMEOUT_S
        while not condition():
            if clock.monotonic() > deadline:
                raise TourError(f"waited {TIMEOUT_S:.0f} s for {what}")
            await asyncio.sleep(POLL_INTERVAL_S)

    async def wait_for_message(self, text: str) -> None:
        """Wait until the open thread contains a confirmed message with this text."""
        self.submit(SyncNow())
        await self.wait_until(
            lambda: self.view and any(m.entry.text == text for m in self.view.thread.messages),
            f"“{text}” in the thread",
        )

    @property
    def window(self) -> MainWindow:
        return self.workspace.window

    @property
    def view(self) -> ThreadView | None:
        """The thread on the screen."""
        return self.window.view

    @property
    def forecast(self) -> Forecast:
        """The forecast above the composer; raises TourError if there is none."""
        shown = self.window.composer.forecast
        if shown is None:
            raise TourError("there is no forecast above the composer")
        return shown

    @property
    def now(self) -> datetime:
        """The engine's time, which follows the sandbox's clock."""
        return self.workspace.engine.clock.now()

    def submit(self, command: Command) -> None:
        self.workspace.engine.command_handler.submit(command)

    # The customer.

    async def customer_writes(self, customer: str, on: str, text: str, **more: Any) -> None:
        """Write as a customer. customer: key in the sandbox's cast. on: channel. more: see `SandboxControl.write`."""
        await self.workspace.customer.control.write(customer=self.customer_id_of(customer), on=on, text=text, **more)

    async def press_on_phone(self, name: str) -> None:
        """Click a button on the customer's phone. name: start of its accessible name, which has no isolates."""
        spoken = strip_isolates(name)

        def buttons() -> list[QPushButton]:
            all_buttons = self.workspace.screens.phone.findChildren(QPushButton)
            return [b for b in all_buttons if b.isVisible() and b.accessibleName().startswith(spoken)]

        await self.wait_until(buttons, f"“{name}” on the phone")
        buttons()[0].click()

    def has_blocked(self, customer: str) -> bool:
        """Return whether the customer has blocked any line of the shop."""
        with self.workspace.sandbox.lock:
            return bool(self.workspace.sandbox.cast[customer].blocked)

    async def advance_clock(self, hours: float) -> None:
        """Move the sandbox's clock and sync."""
        await self.workspace.customer.control.clock(advance_s=hours * 3600)
        self.submit(SyncNow())

    def customer_id_of(self, name: str) -> str:
        """Return the sandbox's id of a customer. name: key in its cast."""
        return self.workspace.sandbox.cast[name].id

    # The agent.

    async def choose(self, customer: str, name: str) -> None:
        """Open a customer's thread and screens. customer: key in the sandbox's cast. name: in the list."""
        customer_id = await self._find_customer(name)
        self.window.choose_customer(customer_id)
        await self.wait_until(lambda: self.view and self.view.customer_id == customer_id, f"{name}'s thread")
        await self.wait_until(
            lambda: self.workspace.customer.customer_id == self.customer_id_of(customer), f"{name}'s phone"
        )

    async def _find_customer(self, name: str) -> str:
        clock = self.workspace.engine.clock
        deadline = clock.monotonic() + TIMEOUT_S
        while clock.monotonic() < deadline:
            for found in await self.workspace.engine.queries.find_customers(name):
                if found.row.name == name:
                    return found.row.customer_id
            await asyncio.sleep(POLL_INTERVAL_S)
        raise TourError(f"{name} is not in the list")

    def type_text(self, text: str, into: QWidget | None = None) -> None:
        """Press a key for each character of `text`."""
        for letter in text:
            self.press(Qt.Key.Key_unknown, letter, into=into)

    def press(
        self,
        key: Qt.Key,
        letter: str = "",
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        *,
        into: QWidget | None = None,
    ) -> None:
        """Send a key press and release to `into`, by default to the focused widget, else to the composer."""
        target = into or QApplication.focusWidget() or self.edit
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, modifier, letter))

    @property
    def edit(self) -> ComposerEdit:
        edit = self.window.composer.findChild(ComposerEdit)
        assert isinstance(edit, ComposerEdit)
        return edit

    async def write(self, text: str) -> None:
        """Type text into the empty composer."""
        self.window.composer.focus_text()
        self.edit.clear()
        self.type_text(text)
        await self.wait_until(lambda: self.window.composer.text == text, "the composer to hold the words")

    async def send(self, customer: str) -> SentReply:
        """Press Ctrl+Enter in the composer; does not wait."""
        sent = SentReply(customer, self.window.composer.text, self.forecast)
        self.window.composer.focus_text()
        self.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
        return sent

    async def choose_direct_route(self, channel: ChannelKind) -> None:
        """Choose the channel's account in the composer's route menu."""
        what = f"a way past Intercom: {channel}"

        def fits(route: Route | None) -> bool:
            return route is not None and route.channel is channel

        button = self.window.composer.findChild(RouteButton)
        assert isinstance(button, RouteButton)
        menu = button.route_menu
        await self.wait_until(lambda: any(fits(a.data()) for a in menu.actions()), what)
        next(a for a in menu.actions() if fits(a.data())).trigger()
        await self.wait_until(lambda: fits(self.window.composer.route), what)

    async def choose_template(self, name: str) -> None:
        """Choose a template in the open picker, from the provider's own list."""
        picker = self.window.template_picker
        await self.wait_until(lambda: name in picker.template_list.names, f"the template {name}")
        await self.wait_until(picker.template_list.refresh.isEnabled, "the provider's own list of templates")
        picker.template_list.list.setCurrentRow(picker.template_list.names.index(name))
        await self.wait_until(lambda: picker.editor.fields.fields, f"the blanks of {name}")

    async def fill_template(self, values: Mapping[str, str]) -> None:
        """Fill fields of the picker. values: slot key -> value; other fields keep their suggestion."""
        picker = self.window.template_picker
        for key, value in values.items():
            field = picker.editor.fields.field(key)
            assert field is not None
            field.edit.setFocus()
            self.type_text(value, into=field.edit)
        await self.wait_until(picker.bar.send.isEnabled, "the template to be ready")

    async def send_template(self, customer: str) -> SentReply:
        """Press the picker's send button; returns the reply with the forecast it was sent with."""
        picker, commands = self.window.template_picker, list[SendDirect]()
        picker.send_requested.connect(commands.append)
        picker.bar.send.click()
        await self.wait_until(lambda: commands and not picker.is_open, "the template to be on its way")
        picker.send_requested.disconnect(commands.append)
        return SentReply(customer, commands[0].text, self._forecast_of(commands[0]))

    def _forecast_of(self, command: SendDirect) -> Forecast:
        view = self.view
        assert view is not None
        assert command.template is not None
        conversation = view.situations[command.conversation_id]
        situation = find_route_situation(view.thread, conversation, view.direct_routes, command.route)
        assert situation is not None
        return compute_forecast(situation, Reply(command.text, template=command.template.template.name), self.now)

    async def wait_for_delivery(self, sent: SentReply, delivery: Delivery) -> None:
        """Wait until the provider has reported this delivery and the conversation has a note about the reply."""
        await self.wait_until(lambda: self._delivery_of(sent.text) is not None, f"“{sent.text}” to be taken")
        await self.workspace.customer.control.clock(advance_s=5)
        self.submit(SyncNow())
        await self.wait_until(
            lambda: self._delivery_of(sent.text) is delivery, f"“{sent.text}” to be {delivery.name.lower()}"
        )
        await self.wait_until(lambda: self._has_note_about(sent.text), f"the note about “{sent.text}”")

    def _delivery_of(self, text: str) -> Delivery | None:
        directs = [m.direct for m in self.view.thread.messages if m.direct is not None] if self.view else []
        return next((d.delivery for d in reversed(directs) if d.text == text), None)

    def _has_note_about(self, text: str) -> bool:
        notes = [m.entry for m in self.view.thread.messages if m.entry.kind is EntryKind.NOTE] if self.view else []
        return any(text in note.text for note in notes)

    async def wait_for_arrival(self, sent: SentReply) -> None:
        """Wait until Intercom has the reply, and give the bridge time to forward it or to report a failure."""
        await self.wait_for_message(sent.text)
        await self.workspace.customer.control.clock(advance_s=5)
        self.submit(SyncNow())

    async def open_window_chart(self) -> QWidget:
        """Click the countdown and return the pop-up."""
        self.window.thread_pane.header.countdown.click()
        await self.wait_until(QApplication.activePopupWidget, "the chart of the last 48 hours")
        popup = QApplication.activePopupWidget()
        assert popup is not None
        return popup

    def use_dark_scheme(self) -> None:
        self.workspace.theme.set_color_scheme(Qt.ColorScheme.Dark)

    # Pictures and checks.

    async def record_step(
        self, caption: Text, *, name: str = "", sent: SentReply | None = None, extra: QWidget | None = None
    ) -> None:
        """Save a picture of both windows and an entry in `tour.json`, and check the forecast of `sent`.

        name: of the customer, where the caption has one. extra: a pop-up to include in the picture.
        Raises TourError for a picture without text.
        """
        seen = await self.workspace.customer.refresh()
        await asyncio.sleep(POLL_INTERVAL_S)
        number = len(self.steps) + 1
        values = {"name": name} if name else {}
        title = caption(**values)
        # From the English caption: file names are the same in every language.
        file_name = f"{number:02d}-{_slug(caption.message.format(**values))}.png"
        picture = self._take_picture(extra)
        for window, position in ((self.window, QPoint(0, 0)), (self.workspace.screens, self._screens_position)):
            if not legibility.shows_text(picture, window, position):
                raise TourError(f"there are no words in the picture “{title}”")
        picture.save(str(self._folder / file_name))
        shown = sent.forecast if sent is not None else self.window.composer.forecast
        found = forecast_check.mismatches(sent, seen) if sent is not None else []
        self.mismatches += [texts.NOT_AS_FORECAST(step=number, mismatch=mismatch) for mismatch in found]
        self.steps.append(
            {
                "step": number,
                "title": title,
                "picture": file_name,
                "forecast": forecast_check.forecast_json(shown) if shown is not None else None,
                "sent": sent.text if sent is not None else None,
                "seen": {channel: texts for channel, texts in forecast_check.texts_by_channel(seen).items() if texts},
                "came_true": not found if sent is not None else None,
            }
        )
        (self._folder / "tour.json").write_text(json.dumps(self.steps, ensure_ascii=False, indent=2), encoding="utf-8")

    def _take_picture(self, extra: QWidget | None) -> QPixmap:
        # The clock may have been moved since the last second began.
        self.workspace.ticker.tick()
        main, phone = self.window.grab(), self.workspace.screens.grab()
        picture = QPixmap(self._screens_position.x() + phone.width(), max(main.height(), phone.height()))
        picture.fill(QColor("#8a93a3"))
        painter = QPainter(picture)
        painter.drawPixmap(0, 0, main)
        if extra is not None:
            at = self.window.mapFromGlobal(extra.mapToGlobal(QPoint(0, 0)))
            painter.drawPixmap(at, extra.grab())
        painter.drawPixmap(self._screens_position, phone)
        painter.end()
        return picture

    @property
    def _screens_position(self) -> QPoint:
        """Position of the customer's screens in the picture."""
        return QPoint(self.window.width() + 16, 0)


def _slug(title: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in title).lower().split())[:60]

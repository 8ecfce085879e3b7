"""The tour: plays the story on the real windows, photographs each step, holds each forecast to what she then sees."""

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
from desktop.demo.tour import forecast_check, legible
from desktop.demo.tour.forecast_check import Sent
from desktop.domain.delivery import Delivery
from desktop.domain.direct import Route
from desktop.domain.forecast import Forecast, Reply, forecast, route_situation
from desktop.domain.model.facts import ChannelKind, EntryKind
from desktop.engine.commands import Command, SendDirect, SyncNow
from desktop.engine.views import ThreadView
from desktop.ui.composer.editor import ComposerEdit
from desktop.ui.composer.route_menu import RouteButton

PATIENCE_S = 20.0
"""How long a step may wait for what it is about, in real seconds."""
LOOK_AGAIN_S = 0.03
MAIN_SIZE, PHONE_SIZE = (1240, 820), (700, 820)


class Stuck(Exception):
    """Something the story waits for did not happen; the text says what."""


class Tour:
    """What the story is told with: hands on the keyboard, a camera, and a judge."""

    def __init__(self, stage: SampleWorkspace, folder: Path) -> None:
        self.stage = stage
        self.window = stage.window
        self.steps: list[Json] = []
        self.belied: list[str] = []
        self._folder = folder
        self.window.resize(*MAIN_SIZE)
        stage.screens.resize(*PHONE_SIZE)
        self.window.show()
        stage.screens.show()
        self.window.activateWindow()

    # Waiting.

    async def until(self, holds: Callable[[], object], what: str) -> None:
        """Let both windows live until `holds`; raises Stuck naming `what`."""
        clock = self.stage.engine.clock
        deadline = clock.monotonic() + PATIENCE_S
        while not holds():
            if clock.monotonic() > deadline:
                raise Stuck(f"waited {PATIENCE_S:.0f} s for {what}")
            await asyncio.sleep(LOOK_AGAIN_S)

    async def thread_holds(self, words: str) -> None:
        """Until the open thread shows a confirmed message with these words."""
        self.wish(SyncNow())
        await self.until(
            lambda: self.view and any(m.entry.text == words for m in self.view.thread.messages),
            f"“{words}” in the thread",
        )

    @property
    def view(self) -> ThreadView | None:
        return self.window.view

    @property
    def forecast(self) -> Forecast:
        found = self.window.composer.forecast
        if found is None:
            raise Stuck("there is no forecast above the composer")
        return found

    @property
    def now(self) -> datetime:
        return self.stage.engine.clock.now()

    def wish(self, command: Command) -> None:
        self.stage.engine.command_handler.submit(command)

    # Her side.

    async def she_writes(self, customer: str, on: str, text: str, **more: Any) -> None:
        await self.stage.control.write(customer=self.cast(customer), on=on, text=text, **more)

    async def press_on_her_phone(self, name: str) -> None:
        """name: what the button is called for a screen reader, or how that begins."""

        def found() -> list[QPushButton]:
            buttons = self.stage.screens.phone.findChildren(QPushButton)
            return [b for b in buttons if b.isVisible() and b.accessibleName().startswith(name)]

        await self.until(found, f"“{name}” on her phone")
        found()[0].click()

    def has_blocked(self, customer: str) -> bool:
        """Whether she has blocked any line of the shop."""
        with self.stage.sandbox.lock:
            return bool(self.stage.sandbox.cast[customer].blocked)

    async def time_passes(self, hours: float) -> None:
        await self.stage.control.clock(advance_s=hours * 3600)
        self.wish(SyncNow())

    def cast(self, name: str) -> str:
        return self.stage.sandbox.cast[name].id

    # Our side.

    async def choose(self, customer: str, name: str) -> None:
        """Open a customer's thread here and her phone beside it."""
        row = await self._row(name)
        self.window.choose_customer(row)
        await self.until(lambda: self.view and self.view.customer_id == row, f"{name}'s thread")
        await self.until(lambda: self.stage.customer_id == self.cast(customer), f"{name}'s phone")

    async def _row(self, name: str) -> str:
        clock = self.stage.engine.clock
        deadline = clock.monotonic() + PATIENCE_S
        while clock.monotonic() < deadline:
            for row in await self.stage.engine.queries.customers():
                if row.name == name:
                    return row.customer_id
            await asyncio.sleep(LOOK_AGAIN_S)
        raise Stuck(f"{name} is not in the list")

    def type(self, text: str, into: QWidget | None = None) -> None:
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
        """A real key press, by default to whoever has the focus, to the composer if nobody has."""
        target = into or QApplication.focusWidget() or self.edit
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, modifier, letter))

    @property
    def edit(self) -> ComposerEdit:
        found = self.window.composer.findChild(ComposerEdit)
        assert isinstance(found, ComposerEdit)
        return found

    async def write(self, text: str) -> None:
        """Put these words into the composer, key by key, and wait for the forecast to have seen them."""
        self.window.composer.focus_text()
        self.edit.clear()
        self.type(text)
        await self.until(lambda: self.window.composer.text == text, "the composer to hold the words")

    async def send(self, customer: str) -> Sent:
        """Ctrl+Enter; where nothing stands in the way, until the provider has taken it."""
        sent = Sent(customer, self.window.composer.text, self.forecast)
        self.window.composer.focus_text()
        self.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
        return sent

    async def go_past_intercom(self, channel: ChannelKind) -> None:
        """Choose that channel's account in the composer's switch, as a click in its menu does."""
        await self._switch(
            lambda route: route is not None and route.channel is channel, f"a way past Intercom: {channel}"
        )

    async def _switch(self, fits: Callable[[Route | None], bool], what: str) -> None:
        switch = self.window.composer.findChild(RouteButton)
        assert isinstance(switch, RouteButton)
        menu = switch.route_menu
        await self.until(lambda: any(fits(a.data()) for a in menu.actions()), what)
        next(a for a in menu.actions() if fits(a.data())).trigger()
        await self.until(lambda: fits(self.window.composer.route), what)

    async def choose_template(self, name: str) -> None:
        """In the open picker, from the list as the provider gives it now."""
        picker = self.window.template_picker
        await self.until(lambda: name in picker.choice.names, f"the template {name}")
        await self.until(lambda: "Asking" not in picker.choice.said, "the provider's own list of templates")
        picker.choice.list.setCurrentRow(picker.choice.names.index(name))
        await self.until(lambda: picker.desk.fields.fields, f"the blanks of {name}")

    async def fill_template(self, values: Mapping[str, str]) -> None:
        """values: by slot key; what was suggested for the others stays."""
        picker = self.window.template_picker
        for key, value in values.items():
            field = picker.desk.fields.field(key)
            assert field is not None
            field.edit.setFocus()
            self.type(value, into=field.edit)
        await self.until(picker.bar.send.isEnabled, "the template to be ready")

    async def send_template(self, customer: str) -> Sent:
        """Press the picker's button. The forecast is the one it was pressed on."""
        picker, commands = self.window.template_picker, list[SendDirect]()
        picker.send_requested.connect(commands.append)
        picker.bar.send.click()
        await self.until(lambda: commands and not picker.is_open, "the template to be on its way")
        picker.send_requested.disconnect(commands.append)
        return Sent(customer, commands[0].text, self._foretold(commands[0]))

    def _foretold(self, command: SendDirect) -> Forecast:
        view = self.view
        assert view is not None
        assert command.template is not None
        conversation = view.situations[command.conversation_id]
        situation = route_situation(view.thread, conversation, view.direct_routes, command.route)
        assert situation is not None
        return forecast(situation, Reply(command.text, template=command.template.template.name), self.now)

    async def went_past_intercom(self, sent: Sent, delivery: Delivery) -> None:
        """Until its provider has said that much of it, and the note about it stands in the conversation."""
        await self.until(lambda: self._told_of(sent.text) is not None, f"“{sent.text}” to be taken")
        await self.stage.control.clock(advance_s=5)
        self.wish(SyncNow())
        await self.until(lambda: self._told_of(sent.text) is delivery, f"“{sent.text}” to be {delivery.name.lower()}")
        await self.until(lambda: self._noted(sent.text), f"the note about “{sent.text}”")

    def _told_of(self, text: str) -> Delivery | None:
        directs = [m.direct for m in self.view.thread.messages if m.direct is not None] if self.view else []
        return next((d.delivery for d in reversed(directs) if d.text == text), None)

    def _noted(self, text: str) -> bool:
        notes = [m.entry for m in self.view.thread.messages if m.entry.kind is EntryKind.NOTE] if self.view else []
        return any(text in note.text for note in notes)

    async def arrived(self, sent: Sent) -> None:
        """Until Intercom has taken it, and the bridge has had time to forward it and to complain."""
        await self.thread_holds(sent.text)
        await self.stage.control.clock(advance_s=5)
        self.wish(SyncNow())

    async def open_lane_chart(self) -> QWidget:
        """Click the countdown; gives the pop-up."""
        self.window.thread_pane.header.countdown.click()
        await self.until(QApplication.activePopupWidget, "the chart of the last 48 hours")
        popup = QApplication.activePopupWidget()
        assert popup is not None
        return popup

    def darken(self) -> None:
        self.stage.theme.set_color_scheme(Qt.ColorScheme.Dark)

    # The camera and the judge.

    async def step(
        self, title: str, *, sent: Sent | None = None, judge: bool = True, extra: QWidget | None = None
    ) -> None:
        """Photograph both windows, write down what was forecast, sent and seen, and hold them against each other.

        Raises Stuck for a picture without words.
        """
        seen = await self.stage.look()
        await asyncio.sleep(LOOK_AGAIN_S)
        number = len(self.steps) + 1
        picture = f"{number:02d}-{_slug(title)}.png"
        photograph = self._photograph(extra)
        for window, at in ((self.window, QPoint(0, 0)), (self.stage.screens, self._beside)):
            if not legible.shows_words(photograph, window, at):
                raise Stuck(f"there are no words in the picture “{title}”")
        photograph.save(str(self._folder / picture))
        told = sent.forecast if sent is not None else self.window.composer.forecast
        lies = forecast_check.belied(sent, seen) if sent is not None and judge else []
        self.belied += [f"step {number}, {lie}" for lie in lies]
        self.steps.append(
            {
                "step": number,
                "title": title,
                "picture": picture,
                "forecast": forecast_check.as_json(told) if told is not None else None,
                "sent": sent.text if sent is not None else None,
                "seen": {channel: texts for channel, texts in forecast_check.standing_on(seen).items() if texts},
                "came_true": not lies if sent is not None else None,
            }
        )
        (self._folder / "tour.json").write_text(json.dumps(self.steps, ensure_ascii=False, indent=2), encoding="utf-8")

    def _photograph(self, extra: QWidget | None) -> QPixmap:
        main, phone = self.window.grab(), self.stage.screens.grab()
        picture = QPixmap(self._beside.x() + phone.width(), max(main.height(), phone.height()))
        picture.fill(QColor("#8a93a3"))
        painter = QPainter(picture)
        painter.drawPixmap(0, 0, main)
        if extra is not None:
            at = self.window.mapFromGlobal(extra.mapToGlobal(QPoint(0, 0)))
            painter.drawPixmap(at, extra.grab())
        painter.drawPixmap(self._beside, phone)
        painter.end()
        return picture

    @property
    def _beside(self) -> QPoint:
        """Where the second window stands in the picture."""
        return QPoint(self.window.width() + 16, 0)


def _slug(title: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in title).lower().split())[:60]

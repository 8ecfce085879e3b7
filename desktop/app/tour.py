"""The tour: plays the story on the real windows, photographs each step, holds each forecast to what she then sees."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.control import Json
from desktop.app.stage import Stage
from desktop.domain.facts import ChannelKind
from desktop.domain.forecast import Forecast
from desktop.domain.reach import Sureness
from desktop.engine.commands import Command, SyncNow
from desktop.engine.views import ThreadView
from desktop.ui.composer_edit import ComposerEdit

PATIENCE_S = 20.0
"""How long a step may wait for what it is about, in real seconds."""
LOOK_AGAIN_S = 0.03
MAIN_SIZE, PHONE_SIZE = (1240, 820), (700, 820)
JUDGED = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM, ChannelKind.MESSENGER, ChannelKind.EMAIL)


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that went out: who it was for, its words, and what was forecast when Send was pressed."""

    customer: str
    text: str
    forecast: Forecast


class Stuck(Exception):
    """Something the story waits for did not happen; the text says what."""


class Tour:
    """What the story is told with: hands on the keyboard, a camera, and a judge."""

    def __init__(self, stage: Stage, folder: Path) -> None:
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
        self.stage.engine.door.submit(command)

    # Her side.

    async def she_writes(self, customer: str, on: str, text: str, **more: Any) -> None:
        await self.stage.control.write(customer=self.cast(customer), on=on, text=text, **more)

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
            for row in await self.stage.engine.reads.customers():
                if row.name == name:
                    return row.customer_id
            await asyncio.sleep(LOOK_AGAIN_S)
        raise Stuck(f"{name} is not in the list")

    def type(self, text: str) -> None:
        for letter in text:
            self.press(Qt.Key.Key_unknown, letter)

    def press(
        self, key: Qt.Key, letter: str = "", modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """A real key press to whoever has the focus; the composer if nobody has."""
        target = QApplication.focusWidget() or self.edit
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
        self.stage.theme.choose(Qt.ColorScheme.Dark)

    # The camera and the judge.

    async def step(
        self, title: str, *, sent: Sent | None = None, judge: bool = True, extra: QWidget | None = None
    ) -> None:
        """Photograph both windows, write down what was forecast, sent and seen, and hold them against each other."""
        seen = await self.stage.look()
        await asyncio.sleep(LOOK_AGAIN_S)
        number = len(self.steps) + 1
        picture = f"{number:02d}-{_slug(title)}.png"
        self._photograph(extra).save(str(self._folder / picture))
        told = sent.forecast if sent is not None else self.window.composer.forecast
        lies = _belied(sent, seen) if sent is not None and judge else []
        self.belied += [f"step {number}, {lie}" for lie in lies]
        self.steps.append(
            {
                "step": number,
                "title": title,
                "picture": picture,
                "forecast": _forecast(told) if told is not None else None,
                "sent": sent.text if sent is not None else None,
                "seen": {channel: texts for channel, texts in _seen(seen).items() if texts},
                "came_true": not lies if sent is not None else None,
            }
        )
        (self._folder / "tour.json").write_text(json.dumps(self.steps, ensure_ascii=False, indent=2), encoding="utf-8")

    def _photograph(self, extra: QWidget | None) -> QPixmap:
        main, phone = self.window.grab(), self.stage.screens.grab()
        gap = 16
        picture = QPixmap(main.width() + gap + phone.width(), max(main.height(), phone.height()))
        picture.fill(QColor("#8a93a3"))
        painter = QPainter(picture)
        painter.drawPixmap(0, 0, main)
        if extra is not None:
            at = self.window.mapFromGlobal(extra.mapToGlobal(QPoint(0, 0)))
            painter.drawPixmap(at, extra.grab())
        painter.drawPixmap(main.width() + gap, 0, phone)
        painter.end()
        return picture


def _slug(title: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in title).lower().split())[:60]


def _forecast(found: Forecast) -> Json:
    return {
        "reaches": [r.channel.value for r in found.reaches if r.sureness is not Sureness.UNCERTAIN],
        "uncertain": [r.channel.value for r in found.reaches if r.sureness is Sureness.UNCERTAIN],
        "unproven": [r.channel.value for r in found.reaches if r.sureness is Sureness.UNPROVEN],
        "verdict": found.verdict.word,
        "warnings": [w.value for w in found.warnings],
    }


def _seen(screens: Json) -> dict[str, list[str]]:
    """Channel word -> what stands there, oldest first, as `who: words`."""
    seen: dict[str, list[str]] = {}
    for channel in ("whatsapp", "sms", "telegram"):
        lines = screens.get(channel, {}).values()
        seen[channel] = [f"{item['who']}: {item['text']}" for items in lines for item in items]
    seen["messenger"] = [
        f"{item['who']}: {item['text']}" for talk in screens.get("messenger", []) for item in talk["items"]
    ]
    seen["email"] = [f"{item['who']}: {item['text']}" for item in screens.get("email", [])]
    return seen


def _belied(sent: Sent, screens: Json) -> list[str]:
    """Where the forecast and her screens disagree. What was said to be uncertain cannot be belied."""
    sureness = {r.channel: r.sureness for r in sent.forecast.reaches}
    seen = _seen(screens)
    lies = []
    for channel in JUDGED:
        promised = channel in sureness
        if sureness.get(channel) is Sureness.UNCERTAIN:
            continue
        arrived = f"business: {sent.text}" in seen[channel.value]
        if promised != arrived:
            lies.append(f"{sent.customer} on {channel}: {'promised' if promised else 'not foretold'}")
    return lies

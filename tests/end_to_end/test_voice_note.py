"""A recorded voice note on the customer's screens, through Intercom and on the direct routes: still the same sound."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from voice_notes import TestSignal, decoded, level_at, needs_encoder, needs_player, tone

from desktop.app import loop
from desktop.demo.sample import SampleWorkspace
from desktop.demo.tour.tour import Tour
from desktop.domain.model.channel import Provider
from desktop.sandbox.model.people import File
from desktop.ui.look.theme import Theme

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("whole app"),
    needs_encoder,
    needs_player,
]

HZ, LEVEL = 660, 0.4


def files_from_us(tour: Tour, line: str = "") -> list[File]:
    """On the customer's phone; line: "" for all chats."""
    with tour.workspace.sandbox.lock:
        customer = tour.workspace.sandbox.world.customers[tour.workspace.customer.customer_id]
        chats = [chat for name, chat in customer.chats.items() if line in ("", name)]
        return [file for chat in chats for item in chat if item.who == "business" for file in item.files]


def is_the_signal(file: File, folder: Path) -> bool:
    samples, rate, channels = decoded(file.data, folder)
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    assert (file.content_type, rate, channels) == ("audio/ogg", 48_000, 1)
    assert len(samples) / rate == pytest.approx(1.0, abs=0.05)
    assert level_at(middle, HZ, rate) == pytest.approx(LEVEL, rel=0.15)
    assert level_at(middle, 2 * HZ, rate) < 0.02
    return True


def test_a_voice_note_arrives_as_it_was_recorded(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(tour: Tour) -> None:
        window, signal = tour.window, TestSignal()
        window.recording.open_source = lambda: signal
        direct = {d.route.key.provider: d.route for d in tour.view.direct_routes}
        for count, provider in enumerate((None, Provider.WHATSAPP), 1):
            route = direct[provider] if provider is not None else None
            window.composer.choose_route(route)
            window.recording.start()
            signal.play(tone(HZ, 1.0, LEVEL))
            window.recording.bar.stop.click()
            window.recording.bar.send.click()
            await tour.wait_until(lambda: not window.composer.has_content, "the engine to take it")
            await tour.wait_until(lambda count=count: len(files_from_us(tour)) == count, f"the phone to get {provider}")
        assert all(is_the_signal(file, tmp_path) for file in files_from_us(tour))

    async def main() -> int:
        workspace = await SampleWorkspace.open(Theme(qapp))
        tour = Tour(workspace, tmp_path)
        try:
            await tour.choose("jennifer", "Jennifer Okafor")
            await tour.wait_until(lambda: tour.view.direct_routes != (), "the direct routes")
            await scenario(tour)
        finally:
            await workspace.close()
        return 0

    assert loop.run(qapp, main) == 0

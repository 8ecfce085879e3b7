"""The whole tour, played by the program: what was forecast, what was sent, what the screens then showed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.text.demo.tour import NO_FONT

Step = dict[str, Any]


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Step]]:
    folder = tmp_path_factory.mktemp("tour")
    without_display = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "demo", "--tour", str(folder)],
        env=without_display,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if NO_FONT() in done.stderr:
        pytest.skip("this system has no font")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, json.loads((folder / "tour.json").read_text(encoding="utf-8"))


def step_titled(steps: list[Step], words: str) -> Step:
    return next(step for step in steps if words in step["title"])


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("the tour is played once")]


def test_every_step_has_its_picture(tour: tuple[Path, list[Step]]) -> None:
    folder, steps = tour
    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
    assert all((folder / step["picture"]).stat().st_size > 10_000 for step in steps)
    assert sorted(p.name for p in folder.glob("*.png")) == sorted(step["picture"] for step in steps)


def test_every_forecast_came_true(tour: tuple[Path, list[Step]]) -> None:
    sent = [step for step in tour[1] if step["sent"]]
    assert len(sent) >= 10
    assert all(step["came_true"] for step in sent)


def test_an_open_window_puts_the_reply_on_both_screens(tour: tuple[Path, list[Step]]) -> None:
    step = step_titled(tour[1], "on both of the customer's screens")
    words = f"business: {step['sent']}"
    assert step["forecast"]["reaches"] == ["whatsapp", "messenger"]
    assert words in step["seen"]["whatsapp"]
    assert words in step["seen"]["messenger"]


def test_the_trap_is_named_before_the_send_and_the_phone_stays_silent(tour: tuple[Path, list[Step]]) -> None:
    steps = tour[1]
    before, warned, after = (
        step_titled(steps, title) for title in ("didn't reopen it", "Enter doesn't send", "Sent to the Messenger only")
    )  # fmt: skip
    assert before["forecast"]["reaches"] == ["messenger"]
    assert before["forecast"]["verdict"] == "warn"
    assert before["forecast"]["warnings"] == ["window_closed", "messenger_reply_did_not_reopen"]
    words = f"business: {after['sent']}"
    for step in (before, warned):
        assert step["sent"] is None
        assert words not in step["seen"]["messenger"]
    assert words in after["seen"]["messenger"]
    assert words not in after["seen"]["whatsapp"]


def test_a_new_whatsapp_message_opens_a_new_window(tour: tuple[Path, list[Step]]) -> None:
    step = step_titled(tour[1], "a new window")
    assert step["forecast"] == {
        "reaches": ["whatsapp", "messenger"],
        # Intercom may mail what is left unread in the Messenger.
        "uncertain": ["email"],
        "unproven": [],
        "verdict": "clear",
        "warnings": [],
    }
    assert f"business: {step['sent']}" in step["seen"]["whatsapp"]


@pytest.mark.parametrize(
    ("title", "channel"), [("Telegram", "telegram"), ("SMS", "sms"), ("Sent where Anna", "whatsapp")]
)
def test_the_others_are_reached_where_they_are(tour: tuple[Path, list[Step]], title: str, channel: str) -> None:
    step = step_titled(tour[1], title)
    assert step["forecast"]["reaches"] == [channel, "messenger"]
    assert f"business: {step['sent']}" in step["seen"][channel]


def test_past_intercom_a_reply_is_on_whatsapp_alone(tour: tuple[Path, list[Step]]) -> None:
    step = step_titled(tour[1], "not in the Messenger")
    words = f"business: {step['sent']}"
    assert step["forecast"]["reaches"] == ["whatsapp"]
    assert words in step["seen"]["whatsapp"]
    assert words not in step["seen"]["messenger"]


def test_a_template_gets_through_a_closed_window_and_the_answer_opens_it(tour: tuple[Path, list[Step]]) -> None:
    steps = tour[1]
    before, after, answered = (
        step_titled(steps, "Filled in"),
        step_titled(steps, "the window stays closed"),
        step_titled(steps, "a new window"),
    )
    assert before["forecast"]["warnings"][0] == "window_closed"
    assert after["forecast"] == {
        "reaches": ["whatsapp"],
        "uncertain": [],
        "unproven": [],
        "verdict": "clear",
        "warnings": [],
    }
    template = "business: Hi Jennifer, order 4711 has shipped.\nHarbour Parcels"
    assert template not in before["seen"]["whatsapp"]
    assert after["seen"]["whatsapp"][-1] == template
    assert template not in after["seen"]["messenger"]
    assert answered["forecast"]["reaches"] == ["whatsapp", "messenger"]


def test_a_long_sms_is_one_message_on_the_phone(tour: tuple[Path, list[Step]]) -> None:
    step = step_titled(tour[1], "Both parts")
    assert len(step["sent"]) > 160
    assert step["forecast"]["reaches"] == ["sms"]
    assert step["seen"]["sms"][-1] == f"business: {step['sent']}"


def test_what_a_blocked_bot_sends_is_on_no_screen(tour: tuple[Path, list[Step]]) -> None:
    step = step_titled(tour[1], "blocked the bot")
    assert step["sent"] is None
    assert not any("Shall I keep it" in words for texts in step["seen"].values() for words in texts)

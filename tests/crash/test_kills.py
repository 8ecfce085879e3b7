"""A program that is killed with SIGKILL at random moments while it sends, and started again."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import apsw
import pytest
from control_client import control_client

from desktop.domain.model.outgoing import State

HERE = Path(__file__).parent
SPEED = 50.0
KILLS_PER_ROUND, TEXTS = 18, 18
MAX_WAIT_S = 0.06
TIMEOUT_S = 30.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.posix("needs fork and SIGKILL"),
]


class Process:
    """A child process with a line protocol on standard input and output."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parents[1]
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.put(line.strip())

    def write_line(self, line: str) -> None:
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def read_line(self, within_s: float = TIMEOUT_S) -> str | None:
        """The next line; None after the timeout."""
        try:
            return self._lines.get(timeout=max(within_s, 0.0))
        except queue.Empty:
            return None

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        self._process.stdin.close()
        self._process.stdout.close()


class KillStage:
    """The sandbox in its own process, and programs that are started on one database.

    confirmed: lines in which programs reported saved and sent texts. interrupted: replies that a kill left in SENDING.
    """

    def __init__(self, folder: Path, rng: Random) -> None:
        self.sandbox = Process("-m", "desktop", "sandbox", "--customers", "0", "--messages", "0")
        self.launcher = Process(str(HERE / "child.py"))
        self.urls = json.loads(self.sandbox.read_line() or "")
        self.control = control_client(self.urls)
        self.db = folder / "reachline.db"
        self.rng = rng
        self.texts: dict[str, tuple[str, str, str]] = {}
        self.confirmed: set[str] = set()
        self.interrupted = 0
        limits = ("replies_per_conversation_per_10s", "replies_per_10s", "rate_limit_per_10s")
        self._post("/settings", dict.fromkeys(limits, 10**9))
        self._post("/clock", {"rate": SPEED})

    def close(self) -> None:
        self.control.close()
        self.launcher.stop()
        self.sandbox.stop()

    def _post(self, path: str, body: dict) -> dict:
        answer = self.control.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def add_faults(self) -> None:
        """Lose or delay some answers to replies, and refuse some replies."""
        kinds = [
            {"action": "drop_after", "chance": 0.05},
            {"action": "status_after", "status": 500, "chance": 0.05},
            {"action": "drop_before", "chance": 0.05},
            {"action": "status", "status": 429, "chance": 0.05},
            {"action": "delay", "seconds": 0.02, "chance": 0.3},
            {"action": "delay_after", "seconds": 0.02, "chance": 0.3},
        ]
        faults = [{"method": "POST", "path": "/reply$", "times": None, **kind} for kind in kinds]
        self._post("/faults", {"clear": True, "faults": faults})

    def new_round(self, number: int) -> None:
        """Add three customers who write, and the replies to them."""
        chats = []
        for n in range(3):
            customer = self._post("/customers", {"name": f"Person {number}-{n}", "phone": f"+353871{number:03}{n:03}"})
            conversation = self._post("/write", {"customer": customer["id"], "on": "whatsapp", "text": "Hello?"})
            chats.append((customer["id"], conversation["conversation_id"]))
        self.texts = {f"d{number}-{n}": (*chats[n % 3], f"Reply {number}-{n}") for n in range(TEXTS)}
        self.confirmed.clear()

    def start(self, upto: int, *, resend: bool = False) -> int:
        """Start a program that sends the first `upto` texts, including those sent before. Returns its process id."""
        job = {
            "base_url": self.urls["intercom"]["base_url"],
            "token": self.urls["intercom"]["token"],
            "db": str(self.db),
            "seed": self.rng.random(),
            "texts": [[draft_id, *text] for draft_id, text in self.texts.items()][:upto],
            "resend": resend,
        }
        self.launcher.write_line(json.dumps(job))
        return int((self.launcher.read_line() or "").removeprefix("pid "))

    def read_until(self, until: float, word: str = "") -> str:
        """Collect confirmations until a line starts with `word`, or the program ends, or the time has come.

        Returns `word`, `settled` or `dead`, or "".
        """
        while (line := self.launcher.read_line(until - time.monotonic())) is not None:
            if line in ("settled", "dead"):
                return line
            self.confirmed.add(line)
            if word and line.startswith(word):
                return word
        return ""

    def kill_one(self, number: int) -> None:
        """Start a program and kill it: a quarter at any time, the others when they have started to send."""
        pid = self.start((number + 1) * TEXTS // KILLS_PER_ROUND)
        event = ""
        if self.rng.random() < 0.75:
            event = self.read_until(time.monotonic() + TIMEOUT_S, "sending")
        if event != "dead" and self.read_until(time.monotonic() + self.rng.uniform(0.0, MAX_WAIT_S)) != "dead":
            # It may just have ended.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            while self.read_until(time.monotonic() + TIMEOUT_S) != "dead":
                pass

    def run_one(self, *, resend: bool) -> None:
        self.start(TEXTS, resend=resend)
        event = [self.read_until(time.monotonic() + TIMEOUT_S) for _ in range(2)]
        assert event == ["settled", "dead"]

    def screens(self) -> tuple[Counter[str], Counter[str]]:
        """Count of each text on WhatsApp and in the Messenger, over this round's customers."""
        whatsapp: Counter[str] = Counter()
        messenger: Counter[str] = Counter()
        for customer in {customer for customer, *_ in self.texts.values()}:
            shown = self.control.get(f"/customers/{customer}/screens").json()
            whatsapp.update(i["text"] for items in shown["whatsapp"].values() for i in items)
            messenger.update(i["text"] for c in shown["messenger"] for i in c["items"])
        return whatsapp, messenger

    def find_errors(self) -> Counter[str]:
        """Compare the screens with the database, which no process has open."""
        errors: Counter[str] = Counter()
        if not self.db.exists():
            errors["lost"] += len(self.confirmed)
            return +errors
        db = apsw.Connection(str(self.db))
        rows = {d: rest for d, *rest in db.execute("SELECT draft_id, text, state, is_done FROM outbox")}
        drafts = dict(db.execute("SELECT draft_id, text FROM drafts"))
        db.close()
        self.interrupted += sum(state == State.SENDING for _, state, _ in rows.values())
        whatsapp, messenger = self.screens()
        for draft_id, (_, _, text) in self.texts.items():
            errors["doubled"] += max(whatsapp[text] - 1, 0) + max(messenger[text] - 1, 0)
            row, is_there = rows.get(draft_id), messenger[text] > 0
            if row is not None:
                visible = row[0] == text and row[1] not in (State.ACCEPTED, State.CANCELLED)
                errors["shown as accepted and not there"] += row[1] == State.ACCEPTED and not is_there
                errors["lost"] += not visible and not is_there
            elif f"sent {draft_id}" in self.confirmed or is_there:
                errors["lost"] += 1
            elif f"saved {draft_id}" in self.confirmed:
                errors["lost"] += drafts.get(draft_id) != text
        return +errors


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[KillStage]:
    stage = KillStage(tmp_path, Random(20261122))
    yield stage
    stage.close()


def test_killed_at_random_moments(stage, amount, record_property):
    stage.add_faults()
    errors: Counter[str] = Counter()
    kills = texts = 0
    for number in range(amount(1, 7)):
        stage.new_round(number)
        for kill in range(KILLS_PER_ROUND):
            stage.kill_one(kill)
            kills += 1
            new_errors = stage.find_errors()
            assert not new_errors, (number, kills, new_errors)
            errors += new_errors
        for _ in range(10):
            stage.run_one(resend=True)
            if all(n == 1 for shown in stage.screens() for n in (shown[t[2]] for t in stage.texts.values())):
                break
        for shown in stage.screens():
            assert {text: shown[text] for _, _, text in stage.texts.values()} == dict.fromkeys(
                (t[2] for t in stage.texts.values()), 1
            )
        texts += len(stage.texts)
    record_property("kill -9: processes killed while sending", kills)
    assert stage.interrupted > 0
    record_property("kill -9: of these between claim and answer", stage.interrupted)
    record_property("kill -9: replies sent through it, each once on the customer's screens", texts)
    record_property("kill -9: replies lost, doubled or shown as accepted that were not", errors.total())

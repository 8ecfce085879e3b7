"""Real deaths: a Reachline that is killed with SIGKILL at random moments while it sends, and started again."""

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
HASTE = 50.0
KILLS_PER_ROUND, TEXTS = 30, 30
LONGEST_WAIT_S = 0.06
PATIENCE_S = 30.0
SETTLED = {State.ACCEPTED}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL"),
]


class Process:
    """A child process that talks in lines."""

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

    def say(self, line: str) -> None:
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self, within_s: float = PATIENCE_S) -> str | None:
        """The next line; None if none comes in time."""
        try:
            return self._lines.get(timeout=max(within_s, 0.0))
        except queue.Empty:
            return None

    def end(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        self._process.stdin.close()
        self._process.stdout.close()


class Shop:
    """The sandbox in its own process, and the nursery of Reachlines on one database."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.sandbox = Process("-m", "desktop", "sandbox", "--customers", "0", "--messages", "0")
        self.nursery = Process(str(HERE / "child.py"))
        self.urls = json.loads(self.sandbox.hear() or "")
        self.control = control_client(self.urls)
        self.db = folder / "reachline.db"
        self.rng = rng
        self.texts: dict[str, tuple[str, str, str, str]] = {}
        self.promised: set[str] = set()
        self.caught = 0
        limits = ("replies_per_conversation_per_10s", "replies_per_10s", "rate_limit_per_10s")
        self._post("/settings", dict.fromkeys(limits, 10**9))
        self._post("/clock", {"rate": HASTE})

    def close(self) -> None:
        self.control.close()
        self.nursery.end()
        self.sandbox.end()

    def _post(self, path: str, body: dict) -> dict:
        answer = self.control.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def misbehave(self) -> None:
        """Some answers to replies get lost or come late, some replies are turned away."""
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
        """Three customers who wait for an answer, and what the agent is going to tell them."""
        who = []
        for n in range(3):
            customer = self._post("/customers", {"name": f"Person {number}-{n}", "phone": f"+353871{number:03}{n:03}"})
            talk = self._post("/write", {"customer": customer["id"], "on": "whatsapp", "text": "Hello?"})
            who.append((customer["id"], talk["conversation_id"]))
        self.texts = {f"d{number}-{n}": (*who[n % 3], f"Reply {number}-{n}", f"d{number}-{n}") for n in range(TEXTS)}
        self.promised.clear()

    def start(self, upto: int, *, insist: bool = False) -> int:
        """A life that sends the first `upto` texts, those included that were sent in earlier lives."""
        job = {
            "base_url": self.urls["intercom"]["base_url"],
            "token": self.urls["intercom"]["token"],
            "db": str(self.db),
            "seed": self.rng.random(),
            "texts": [[d, customer, talk, text] for d, (customer, talk, text, _) in self.texts.items()][:upto],
            "insist": insist,
        }
        self.nursery.say(json.dumps(job))
        return int((self.nursery.hear() or "").removeprefix("pid "))

    def listen(self, until: float, word: str = "") -> str:
        """Notes what is promised until the moment has come (""), `word` is heard, or a life is at its end (`settled` or
        `dead`); gives what it was."""
        while (line := self.nursery.hear(until - time.monotonic())) is not None:
            if line in ("settled", "dead"):
                return line
            self.promised.add(line)
            if word and line.startswith(word):
                return word
        return ""

    def kill_one(self, life: int) -> None:
        """One in four at any moment of its life, the others when they have begun to send."""
        pid = self.start((life + 1) * TEXTS // KILLS_PER_ROUND)
        heard = ""
        if self.rng.random() < 0.75:
            heard = self.listen(time.monotonic() + PATIENCE_S, "sending")
        if heard != "dead" and self.listen(time.monotonic() + self.rng.uniform(0.0, LONGEST_WAIT_S)) != "dead":
            # It may have come to its own end this very moment.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            while self.listen(time.monotonic() + PATIENCE_S) != "dead":
                pass

    def let_one_live(self, *, insist: bool) -> None:
        self.start(TEXTS, insist=insist)
        heard = [self.listen(time.monotonic() + PATIENCE_S) for _ in range(2)]
        assert heard == ["settled", "dead"]

    def screens(self) -> tuple[Counter[str], Counter[str]]:
        """How often her WhatsApp and her Messenger show each text of ours, over this round's customers."""
        whatsapp: Counter[str] = Counter()
        messenger: Counter[str] = Counter()
        for customer in {customer for customer, *_ in self.texts.values()}:
            shown = self.control.get(f"/customers/{customer}/screens").json()
            whatsapp.update(i["text"] for items in shown["whatsapp"].values() for i in items)
            messenger.update(i["text"] for c in shown["messenger"] for i in c["items"])
        return whatsapp, messenger

    def judge(self) -> Counter[str]:
        """Her screens against the database, which nobody has open."""
        wrong: Counter[str] = Counter()
        if not self.db.exists():
            wrong["lost"] += len(self.promised)
            return +wrong
        db = apsw.Connection(str(self.db))
        rows = {d: rest for d, *rest in db.execute("SELECT draft_id, text, state, is_done FROM outbox")}
        drafts = dict(db.execute("SELECT draft_id, text FROM drafts"))
        db.close()
        self.caught += sum(state == State.SENDING for _, state, _ in rows.values())
        whatsapp, messenger = self.screens()
        for draft_id, (_, _, text, _) in self.texts.items():
            wrong["doubled"] += max(whatsapp[text] - 1, 0) + max(messenger[text] - 1, 0)
            row, is_there = rows.get(draft_id), messenger[text] > 0
            if row is not None:
                visible = row[0] == text and row[1] not in (State.ACCEPTED, State.CANCELLED)
                wrong["shown as accepted and not there"] += row[1] == State.ACCEPTED and not is_there
                wrong["lost"] += not visible and not is_there
            elif f"sent {draft_id}" in self.promised or is_there:
                wrong["lost"] += 1
            elif f"saved {draft_id}" in self.promised:
                wrong["lost"] += drafts.get(draft_id) != text
        return +wrong


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path, Random(20261122))
    yield shop
    shop.close()


def test_killed_at_random_moments(shop, amount, record_property):
    shop.misbehave()
    wrong: Counter[str] = Counter()
    kills = texts = 0
    for number in range(amount(1, 7)):
        shop.new_round(number)
        for life in range(KILLS_PER_ROUND):
            shop.kill_one(life)
            kills += 1
            found = shop.judge()
            assert not found, (number, kills, found)
            wrong += found
        for _ in range(10):
            shop.let_one_live(insist=True)
            if all(n == 1 for shown in shop.screens() for n in (shown[t[2]] for t in shop.texts.values())):
                break
        for shown in shop.screens():
            assert {text: shown[text] for _, _, text, _ in shop.texts.values()} == dict.fromkeys(
                (t[2] for t in shop.texts.values()), 1
            )
        texts += len(shop.texts)
    record_property("kill -9: processes killed while sending", kills)
    assert shop.caught > 0
    record_property("kill -9: of these between claim and answer", shop.caught)
    record_property("kill -9: replies sent through it, each once on her screens", texts)
    record_property("kill -9: replies lost, doubled or shown as accepted that were not", wrong.total())

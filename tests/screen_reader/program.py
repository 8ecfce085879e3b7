"""The program before anything is connected, at an instant that is always the same: so are the days that are spoken.

usage: program.py FOLDER LANGUAGE. Once the sample workspace is open it does at the sandbox what it reads, one JSON
object a line: {"write": "Hello"}: Jennifer writes in the Messenger. {"advance_s": 60}: time goes by.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BEGAN = datetime(2026, 11, 24, 10, 0, 10, tzinfo=UTC).timestamp()
_wall, _ahead_s = time.time, BEGAN - time.time()
# Before anybody takes it for a default: the sandbox's clock starts by it, and the program's follows the sandbox's.
time.time = lambda: _wall() + _ahead_s

from fake_keyrings import use_fake_keyring  # noqa: E402
from PySide6.QtCore import QSocketNotifier  # noqa: E402

from desktop.app import gui, language  # noqa: E402
from desktop.demo.sample import SampleWorkspace  # noqa: E402
from desktop.ui.look.theme import Theme  # noqa: E402


async def open_sample(theme: Theme) -> SampleWorkspace:
    workspace = await SampleWorkspace.open(theme)
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, workspace.window)
    notifier.activated.connect(lambda: act(workspace, json.loads(sys.stdin.readline())))
    return workspace


def act(workspace: SampleWorkspace, order: dict[str, Any]) -> None:
    if "write" in order:
        sandbox = workspace.sandbox
        jennifer = sandbox.cast["jennifer"]
        with sandbox.lock:
            conversation = sandbox.world.conversation_ids(jennifer)[-1]
        message = {"customer": jennifer.id, "on": "messenger", "text": order["write"], "conversation_id": conversation}
        workspace.screens.write_requested.emit(message)
    else:
        workspace.screens.clock_moved.emit(order)


def main() -> int:
    folder, code = sys.argv[1:]
    options = argparse.Namespace(
        profile=Path(folder), sandbox_urls=None, log_level="warning", language=language.start(code), background=False
    )
    with use_fake_keyring():
        return gui.run(options, open_sample)


if __name__ == "__main__":
    sys.exit(main())

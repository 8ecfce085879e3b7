"""The program on a display and buses of its own, and a listener in the place of a screen reader."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from desktop.text import formats
from desktop.text.catalog import Plural, strip_isolates

SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's, which has the bindings of the accessibility bus."""
HERE = Path(__file__).parent
SCRIPTS = HERE.parent / "screen_reader"
_PROGRAMS = ("Xvfb", "dbus-daemon", "xdotool")
_BINDINGS = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
MOST_PRESSES = 40


def missing() -> list[str]:
    """What this machine lacks."""
    if not sys.platform.startswith("linux"):
        return ["Linux"]
    lacking = [name for name in _PROGRAMS if shutil.which(name) is None]
    if not Path("/usr/libexec/at-spi-bus-launcher").exists():
        lacking.append("at-spi2-core")
    has_bindings = (
        Path(SYSTEM_PYTHON).exists()
        and not subprocess.run([SYSTEM_PYTHON, "-c", _BINDINGS], capture_output=True, check=False).returncode
    )
    return lacking if has_bindings else [*lacking, "python3-gi with gir1.2-atspi-2.0"]


class SpokenDesk:
    """Presses keys at a running program, and writes down what is spoken after each.

    transcript: one line for each key and each thing spoken; numbers are left out. changes: of other parts than the one
    with the focus, by the last key.
    """

    def __init__(self, listener: subprocess.Popen[str], program: subprocess.Popen[str], reviewed: str) -> None:
        """reviewed: the transcript as it should be; while it is just so, nobody has to wait for more."""
        self._listener, self._program = listener, program
        self.transcript: list[str] = []
        self.changes = 0
        self._reviewed = reviewed.splitlines()

    def title(self, title: str) -> None:
        self.transcript += ["", f"# {title}"] if self.transcript else [f"# {title}"]

    def press(self, *keys: str, hears: str = "", sees: str = "", is_long: bool = False) -> list[str]:
        """Press one key after the other. Returns what the last led to.

        hears: words that have to come after the last. sees: words that some part has to get. is_long: then listen until
        nothing more changes.
        """
        spoken: list[str] = []
        for at, key in enumerate(keys, 1):
            is_last = at == len(keys)
            last = {"hears": hears, "sees": sees, "is_long": is_long} if is_last else {}
            spoken = self._act(f"> {key}", keys=key, **last)
        return spoken

    def press_until(self, key: str, words: str) -> None:
        """Press a key again and again until these words are spoken."""
        for _ in range(MOST_PRESSES):
            if any(words in line for line in self.press(key)):
                return
        raise AssertionError(f"{key} doesn't lead to “{words}”:\n" + "\n".join(self.transcript))

    def type(self, text: str) -> None:
        self._act(f"> “{text}”", text=text)

    def listen(self, what: str, hears: str) -> None:
        """Write down what is spoken until these words come."""
        self._act(f"> {what}", hears=hears)

    def at_sandbox(self, **order: Any) -> None:
        """What the customer does, or time; see `program.py`."""
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(order) + "\n")
        self._program.stdin.flush()

    def _act(self, label: str, **order: str | bool) -> list[str]:
        self.transcript.append(label)
        done = len(self.transcript)
        if self.transcript == self._reviewed[:done]:
            rest = self._reviewed[done:]
            end = next((at for at, line in enumerate(rest) if not line or line.startswith(">")), len(rest))
            expected: list[str] | None = rest[:end]
        else:
            # It is another one from here on.
            expected = None
        answer = self._ask(order | {"expected": expected})
        self.changes = answer["changes"]
        self.transcript += answer["spoken"]
        return list(answer["spoken"])

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._listener.stdin is not None
        assert self._listener.stdout is not None
        self._listener.stdin.write(json.dumps(order) + "\n")
        self._listener.stdin.flush()
        return dict(json.loads(self._listener.stdout.readline()))


def forms() -> list[tuple[str, str]]:
    """Each form that a unit of time has for a number in the language in use, and the one to write for it."""
    units = (
        (formats._WHOLE_HOURS, formats._WHOLE_HOURS_GOVERNED),
        (formats._WHOLE_MINUTES, formats._WHOLE_MINUTES_GOVERNED),
    )
    found = []
    for unit in units:
        written, *others = dict.fromkeys(_form(entry, count) for count in (11, 1, 2, 3, 100) for entry in unit)
        found += [(form, written) for form in others]
    return sorted(found, key=lambda pair: len(pair[0]), reverse=True)


def _form(entry: Plural, count: int) -> str:
    return re.sub(r"\d+", "#", strip_isolates(entry(count)))


@contextmanager
def spoken_desk(language: str, reviewed: str) -> Iterator[SpokenDesk]:
    """Start everything, and end just that."""
    with ExitStack() as stack:
        # Sockets have short paths.
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spoken-", ignore_cleanup_errors=True)))
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("QT_", "DBUS_", "XDG_", "REACHLINE_"))}
        environment = kept | {
            **dict.fromkeys(
                ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(home)
            ),
            "GSETTINGS_BACKEND": "memory",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(HERE),
            "QT_QPA_PLATFORM": "xcb",
            # Otherwise Qt waits for the desktop's switch.
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_LOGGING_RULES": "qt.accessibility.atspi=false",
        }
        server = _started(
            stack, ("Xvfb", "-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"), environment
        )
        environment["DISPLAY"] = f":{_first_line(server)}"
        bus = _started(stack, ("dbus-daemon", "--session", "--nofork", "--print-address"), environment)
        environment["DBUS_SESSION_BUS_ADDRESS"] = _first_line(bus)
        listener = _started(stack, (SYSTEM_PYTHON, str(SCRIPTS / "listener.py"), json.dumps(forms())), environment)
        assert json.loads(_first_line(listener)) == {"ready": True}
        program = _started(
            stack, (sys.executable, str(SCRIPTS / "program.py"), str(home / "profile"), language), environment
        )
        yield SpokenDesk(listener, program, reviewed)


def _started(stack: ExitStack, command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    process = stack.enter_context(
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    )
    stack.callback(process.terminate)
    return process


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()

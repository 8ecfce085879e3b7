#!/usr/bin/python3
"""Uses a program as a blind agent does: presses keys, and hears what a screen reader would speak.

The system's Python runs this, which has the bindings of the accessibility bus. `desk.py` starts it on a bus and a
display of its own. It reads what to do, one JSON object a line, and answers each with what was spoken and how many
changes were not.

    {"keys": "Tab", "expected": […]}    press, and listen until just that was spoken, or else until it is quiet
    {"text": "Yes", "hears": "…"}       type, and listen until these words come
    {"sees": "…", "is_long": true}      listen until some part has these words, and then until nothing changes anywhere
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

SPOKEN = ("object:announcement", "object:state-changed:focused")
UNSPOKEN = (
    "object:property-change",
    "object:state-changed:checked",
    "object:state-changed:expanded",
    "object:state-changed:selected",
)
"""Of parts without the focus nobody speaks these, but a reader has to ask each part how it is now."""
SETTLED_S, QUIET_S, LATE_S, LONGEST_S = 0.1, 1.2, 8.0, 30.0
"""Nothing more comes: after what was expected; where nobody knows what to expect; instead of what was expected."""
LONGEST_VALUE = 80
NAMES_ONLY = frozenset({"filler", "panel", "layered pane"})
HAS_STATE = frozenset({"check box", "radio button", "toggle button"})
HAS_TEXT = frozenset({"text", "entry", "password text", "paragraph"})


def sentence(thing: Atspi.Accessible) -> str:
    """Name, role, value, states and description, in the order in which readers speak them."""
    role, states = thing.get_role_name(), thing.get_state_set()
    name, label = thing.get_name(), label_of(thing)
    parts = [label, name] if label and label not in name else [name or "(no name)"]
    if role not in NAMES_ONLY:
        parts.append(role)
    if role in HAS_TEXT:
        parts.append(text_of(thing))
    if role in HAS_STATE:
        parts.append("checked" if states.contains(Atspi.StateType.CHECKED) else "not checked")
    if states.contains(Atspi.StateType.EXPANDABLE):
        parts.append("expanded" if states.contains(Atspi.StateType.EXPANDED) else "collapsed")
    if not states.contains(Atspi.StateType.ENABLED):
        parts.append("unavailable")
    about = thing.get_description().strip()
    return ", ".join(parts) + (f" [{about}]" if about and about != label else "")


def label_of(thing: Atspi.Accessible) -> str:
    """The label beside it. On Linux, Qt names a list to choose from by what is chosen."""
    relations = thing.get_relation_set()
    labels = [r.get_target(0) for r in relations if r.get_relation_type() is Atspi.RelationType.LABELLED_BY]
    return str(labels[0].get_name()) if labels else ""


def text_of(field: Atspi.Accessible) -> str:
    text = field.get_text_iface()
    count = Atspi.Text.get_character_count(text) if text is not None else 0
    held = Atspi.Text.get_text(text, 0, min(count, LONGEST_VALUE)) if count else ""
    return f"“{held}”" if held.strip() else "empty"


def without_numbers(line: str) -> str:
    line = re.sub(r"\d+", "#", line)
    for form, written in FORMS:
        line = re.sub(rf"{re.escape(form)}(?!\w)", written, line)
    return line


FORMS: list[list[str]] = json.loads(sys.argv[1])
"""Such as `# hour`, and `# hours`, which is written for it: which of them is spoken is a matter of the number."""


class Listener:
    """Hears focus changes and announcements."""

    def __init__(self) -> None:
        self._spoken: list[str] = []
        self._seen: list[str] = []
        self._changes = 0
        self._heard_at = self._changed_at = time.monotonic()
        self._focus: Atspi.Accessible | None = None
        self._loop = GLib.MainLoop()
        self._events = Atspi.EventListener.new(self._on_event)
        for event in (*SPOKEN, *UNSPOKEN):
            self._events.register(event)

    def _on_event(self, event: Atspi.Event) -> None:
        try:
            if event.type.startswith(SPOKEN[0]):
                self._speak(f"announced: {event.any_data}")
            elif not event.type.startswith(SPOKEN[1]):
                self._changes += 1
                self._seen.append(str(event.any_data))
                self._changed_at = time.monotonic()
            elif event.detail1 and event.source != self._focus:
                # Readers do not speak what has the focus already.
                self._focus = event.source
                self._speak(sentence(event.source))
        except GLib.Error:
            # It has gone meanwhile.
            pass

    def _speak(self, words: str) -> None:
        self._heard_at = time.monotonic()
        self._spoken.append(" / ".join(words.splitlines()))

    def act(self, order: dict[str, object]) -> dict[str, object]:
        expected, is_long = order.get("expected"), bool(order.get("is_long"))
        hears, sees = (str(order.get(name, "")) for name in ("hears", "sees"))
        self._heard_at = self._changed_at = began = time.monotonic()
        if keys := order.get("keys"):
            subprocess.run(["xdotool", "key", "--clearmodifiers", str(keys)], check=True)
        if text := order.get("text"):
            subprocess.run(["xdotool", "type", "--delay", "5", str(text)], check=True)
        while time.monotonic() - began < LONGEST_S and not self._is_over(expected, hears, sees, is_long):
            GLib.timeout_add(50, self._loop.quit)
            self._loop.run()
        answer = {"spoken": [*map(without_numbers, self._spoken)], "changes": self._changes}
        self._spoken, self._seen, self._changes = [], [], 0
        return answer

    def _is_over(self, expected: object, hears: str, sees: str, is_long: bool) -> bool:
        quiet_s = time.monotonic() - (max(self._heard_at, self._changed_at) if is_long else self._heard_at)
        if hears and not any(hears in words for words in self._spoken):
            return False
        if sees and not any(sees in words for words in self._seen):
            return False
        if is_long or expected is None:
            return quiet_s > QUIET_S
        return quiet_s > (SETTLED_S if [*map(without_numbers, self._spoken)] == expected else LATE_S)


def main() -> None:
    Atspi.init()
    listener = Listener()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(listener.act(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

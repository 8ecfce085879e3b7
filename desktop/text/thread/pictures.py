"""Pictures in the thread, and the viewer that shows them large."""

from __future__ import annotations

from desktop.domain.model.reason import Reason
from desktop.text.catalog import Text
from desktop.text.locale import number
from desktop.text.reasons.describe import describe

# Translators: in the menu of a message. {name}: of a picture's file.
SHOW_FILE = Text("Show {name}")
# Translators: in the menu of a message. {name}: of a voice note's file.
PLAY_FILE = Text("Play or pause {name}")
# Translators: in the menu of a message. {name}: of a video's file, which opens in another program.
OPEN_FILE = Text("Open {name}")
LOADING = Text("Loading…")
# Translators: for screen readers. {name}: of the picture's file.
PICTURE = Text("Picture: {name}")
# Translators: {number} and {count}: "Picture 2 of 3".
PLACE = Text("Picture {number} of {count}")
# Translators: {width} and {height}: in pixels.
SIZE = Text("{width} × {height}")
PREVIOUS = Text("Previous picture")
NEXT = Text("Next picture")
ZOOM_IN = Text("Zoom in")
ZOOM_OUT = Text("Zoom out")
# Translators: button: make the picture as large as the window allows.
FIT = Text("Fit to window")
COPY = Text("Copy")
COPY_NAME = Text("Copy the picture")
SAVE = Text("Save…")
SAVE_NAME = Text("Save the picture")
CLOSE = Text("Close", "close the window")
COPIED = Text("Picture copied.")
# Translators: {file}: a name; {folder}: where it was saved.
SAVED = Text("{file} is saved in {folder}.")
# Translators: {file}: a name; {reason}: a sentence or the system's own words.
NOT_SAVED = Text("{file} can't be saved. {reason}")
SAVE_TITLE = Text("Save the file")
STILL_LOADING = Text("It's still loading. Try again in a moment.")
# Translators: in the menu of a message. {name}: of a file.
SAVE_FILE = Text("Save {name}…")

_NOT_PLAYED = Text("This can't be played here.")
# Translators: of a voice note: the place that is played and its length, such as 0:03 / 0:12.
_TIMES = Text("{position} / {duration}")
# Translators: how fast a voice note is played: 1.5×.
_SPEED = Text("{factor}×")


def audio_status(reason: Reason) -> str:
    """Return why a voice note cannot be played."""
    return describe(reason) or _NOT_PLAYED()


def audio_times(position_ms: int, duration_ms: int) -> str:
    """Return the place and the length of a voice note; "" while its length is unknown."""
    if not duration_ms:
        return ""
    return _TIMES(position=audio_length(position_ms), duration=audio_length(duration_ms))


def speed(factor: float) -> str:
    return _SPEED(factor=number(factor, 0 if factor == int(factor) else 1))


def audio_length(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02}"


def picture_status(reason: Reason) -> str:
    """Return why a picture is not shown (yet). reason: of the last attempt; `NO_REASON` while it is loaded."""
    return describe(reason) or LOADING()

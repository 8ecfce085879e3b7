"""Pictures in the thread, and the viewer that shows them large."""

from __future__ import annotations

from desktop.domain.model.media import MediaState
from desktop.domain.model.reason import Reason
from desktop.text.catalog import Text
from desktop.text.reasons.describe import describe

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
CLOSE = Text("Close")
COPIED = Text("Picture copied.")
# Translators: {file}: a name; {folder}: where it was saved.
SAVED = Text("{file} is saved in {folder}.")
# Translators: {file}: a name; {reason}: the system's own words.
NOT_SAVED = Text("{file} can't be saved: {reason}.")


def picture_status(state: MediaState, reason: Reason) -> str:
    """Return why a picture is not shown (yet)."""
    return LOADING() if state in (MediaState.NOT_YET, MediaState.WAITING) else describe(reason)

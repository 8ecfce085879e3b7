"""Tests that need Qt's multimedia library, an extra of the project."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest

NOT_INSTALLED = "PySide6-Addons, which has QtMultimedia, or libpulse0 is not installed"


def _has_library() -> bool:
    try:
        import_module("PySide6.QtMultimedia")
    except ImportError:
        return False
    return True


def needs_library(test: Callable[..., None]) -> Callable[..., None]:
    """Skip where it is not installed. A machine without a sound card plays in silence, one without a graphics card
    turns a video's pixels into a picture by itself.
    """
    ignored = ("No audio device detected", "Could not open media", "PulseAudioService", "No RHI backend")
    return pytest.mark.skipif(not _has_library(), reason=NOT_INSTALLED)(pytest.mark.qt_log_ignore(*ignored)(test))

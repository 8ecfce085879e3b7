"""Reachline: a desktop companion that says, before the send, where a reply will arrive."""

from pathlib import Path

__version__ = "0.1.0"

_PACKAGE = Path(__file__).resolve().parent
# In a wheel inside the package; in a checkout and in a built program beside it.
_INSTALLED = _PACKAGE / "resources"

RESOURCES = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "resources"
"""The folder of icons, sounds, emoji, dictionaries and translations."""

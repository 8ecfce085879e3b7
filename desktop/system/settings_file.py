"""The screen's settings, as an INI file."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QSettings

from desktop.system.paths import make_folder, make_private_file

log = logging.getLogger(__name__)


class SettingsFile(QSettings):
    """QSettings in a file for this user alone; the file is created with the first value."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file), QSettings.Format.IniFormat)
        self._file = file

    def setValue(self, key: str, value: object) -> None:
        """Creates the file for this user alone before the first value is written."""
        try:
            make_folder(self._file.parent)
            # Qt keeps the rights of a file that is there.
            make_private_file(self._file)
        except OSError as error:
            log.warning("settings cannot be kept: %s", type(error).__name__)
        super().setValue(key, value)

"""Plays the program's own short sound with what every system has."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

from desktop import RESOURCES

SOUND = RESOURCES / "sounds/notification.wav"

# PipeWire's, PulseAudio's, ALSA's; macOS' own.
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))


class SoundPlayer:
    """Plays beside the program; a sound that is still playing is not waited for."""

    def __init__(self, file: Path = SOUND) -> None:
        self._file = file

    def play(self) -> bool:
        """False where nothing can play it."""
        if sys.platform == "win32":
            import winsound

            try:
                winsound.PlaySound(str(self._file), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
            except RuntimeError:
                return False
            return True
        else:
            return self._start_player()

    def _start_player(self) -> bool:
        for program, *options in _PLAYERS:
            found = shutil.which(program)
            if found is not None:
                quiet = subprocess.DEVNULL
                command = [found, *options, str(self._file)]
                try:
                    player = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
                except OSError:
                    continue
                # Ends it as a process at once, and holds it until then: Python warns of one that is dropped while it
                # runs. As a daemon, since the program does not wait for it when it quits.
                threading.Thread(target=player.wait, name="sound", daemon=True).start()
                return True
        return False

"""Recording and playing by a real sound server of the test's own: PulseAudio without any device but its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from voice_notes import needs_encoder, needs_player

ROOT = Path(__file__).parents[3]
HZ = 660

SCRIPT = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.views import MediaFile
from desktop.ui.thread.media.audio import AudioPlayer
from desktop.ui.inbox.recording.microphone import Microphone, ask_for_permission
from desktop.ui.inbox.recording.recorder import Recorder

application = QApplication(["-platform", "offscreen"])

def wait(ms):
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()

allowed, ended, levels = [], [], []
ask_for_permission(application, allowed.append)
recorder = Recorder(Microphone(), 1_000_000)
recorder.ended.connect(lambda why: ended.append(why.name))
recorder.level_measured.connect(levels.append)
problem = recorder.start()
give_up = time.monotonic() + 15
while recorder.length_ms < 800 and time.monotonic() < give_up:
    wait(20)
recorder.toggle_pause()
length = recorder.length_ms
wait(300)
assert recorder.length_ms == length
recorder.toggle_pause()
wait(300)
recorder.stop()
Path(sys.argv[1]).write_bytes(recorder.data)

class Media:
    async def load(self, key):
        return MediaFile(key, MediaState.HERE, recorder.data)

class Tasks:
    def start(self, work, name, then=None):
        try:
            work.send(None)
        except StopIteration as done:
            then(done.value)

# It waited forever for one of the library's threads, which waited for Python.
for number in range(8):
    player = AudioPlayer(Media(), Tasks())
    player.toggle(MediaKey("", "", number))
    wait(60)
    player.stop()
print(json.dumps([allowed, problem and problem.name, ended, length, max(levels)]))
sys.stdout.flush()
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Of a program that records what is played there."""
    socket = tmp_path / "sound.socket"
    modules = (
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        "module-null-sink sink_name=heard",
        "module-null-sink sink_name=said",
        f"module-sine-source source_name=voice frequency={HZ}",
    )
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes", "--use-pid-file=no"]
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        [*command, *(f"--load={module}" for module in modules)], env=environment, stdout=quiet, stderr=quiet
    ) as server:
        give_up = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < give_up:
            time.sleep(0.02)
        yield {**environment, "PULSE_SERVER": f"unix:{socket}", "PULSE_LATENCY_MSEC": "40"}
        server.terminate()


@pytest.mark.slow
@needs_encoder
@needs_player
@pytest.mark.skipif(not shutil.which("pulseaudio"), reason="pulseaudio is not installed")
def test_a_microphone_is_recorded_and_played(environment: dict[str, str], tmp_path: Path) -> None:
    from voice_notes import decoded, level_at

    note = tmp_path / "note.ogg"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(note)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    allowed, problem, ended, length, loudest = json.loads(done.stdout)
    assert (allowed, problem, ended) == ([True], None, ["STOPPED"])
    assert length > 500
    assert loudest > 0.5
    samples, rate, channels = decoded(note.read_bytes(), tmp_path)
    assert channels == 1
    middle = samples[rate // 4 : rate // 2]
    assert level_at(middle, HZ, rate) > 0.3
    assert level_at(middle, 2 * HZ, rate) < 0.02

"""Records voice notes into the draft on the screen: from the button to the attached file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.domain.model.media import MediaKey, MediaState
from desktop.engine.protocols import Tasks
from desktop.engine.views import MediaFile
from desktop.ports import OutgoingFile
from desktop.text.writing import recording as texts
from desktop.ui.composer.composer import Composer
from desktop.ui.inbox.recording import opus
from desktop.ui.look.theme import Theme
from desktop.ui.thread.media import library

if TYPE_CHECKING:
    # Imported with the first recording.
    from desktop.ui.inbox.recording.bar import RecordingBar
    from desktop.ui.inbox.recording.microphone import MicrophoneProblem, SampleSource
    from desktop.ui.inbox.recording.recorder import End, Recorder
    from desktop.ui.thread.media.audio import AudioPlayer


_LEAST_BYTES = 50_000
"""With less room than this nothing is recorded: some twenty seconds."""


class RecordingActions(QObject):
    """At most one recording, which belongs to the draft it was begun in. It is never sent by itself, and lost only if
    the agent discards it or the program ends.

    open_source: what is recorded from; by default the microphone.
    """

    def __init__(
        self, composer: Composer, theme: Theme, tasks: Tasks, show_message: Callable[..., object], parent: QObject
    ) -> None:
        """show_message: of a toast: a sentence, a button, and what that does."""
        super().__init__(parent)
        self._composer, self._theme, self._tasks, self._show_message = composer, theme, tasks, show_message
        self._draft: tuple[str, bool] | None = None
        self._is_asking = False
        self._count = 0
        self._player: AudioPlayer | None = None
        self._file = _RecordedFile()
        self.recorder: Recorder | None = None
        self.bar: RecordingBar | None = None
        self.open_source: Callable[[], SampleSource] = self._open_microphone
        composer.recording_wanted.connect(self.start)
        composer.draft_shown.connect(self._on_draft_shown)
        composer.complete_draft = self._complete_draft
        if not (library.can_play() and opus.is_installed()):
            composer.set_recording_obstacle(texts.NOT_INSTALLED())

    def start(self) -> None:
        """Start to record; during a recording, focus its bar."""
        if self.bar is not None:
            self.bar.focus()
            return
        from desktop.ui.inbox.recording.microphone import MicrophoneProblem, ask_for_permission

        if not (library.can_play() and opus.is_installed()):
            self._refuse(MicrophoneProblem.NOT_INSTALLED)
        elif self._composer.largest_file(opus.CONTENT_TYPE) < _LEAST_BYTES:
            self._show_message(texts.NOT_ON_THIS_ROUTE())
        elif not self._is_asking:
            self._is_asking = True
            ask_for_permission(self, self._on_permission)

    def _on_permission(self, is_given: bool) -> None:
        from desktop.ui.inbox.recording.microphone import MicrophoneProblem

        self._is_asking = False
        if is_given:
            self._record()
        else:
            self._refuse(MicrophoneProblem.DENIED)

    def _record(self) -> None:
        from desktop.ui.inbox.recording.bar import RecordingBar
        from desktop.ui.inbox.recording.microphone import MicrophoneProblem
        from desktop.ui.inbox.recording.recorder import Recorder
        from desktop.ui.thread.media.audio import AudioPlayer

        conversation_id = self._composer.conversation_id
        room = self._composer.largest_file(opus.CONTENT_TYPE)
        if conversation_id is None or room < _LEAST_BYTES:
            return
        try:
            recorder = Recorder(self.open_source(), room, self)
        except opus.CannotEncode:
            self._refuse(MicrophoneProblem.NOT_INSTALLED)
            return
        if (problem := recorder.start()) is not None:
            recorder.discard()
            recorder.deleteLater()
            self._refuse(problem)
            return
        recorder.ended.connect(self._on_ended)
        self._count += 1
        key = MediaKey("", "recorded", self._count)
        self._player = AudioPlayer(self._file, self._tasks, self)
        bar = RecordingBar(self._theme, recorder, self._player, key, self._composer)
        bar.discard_pressed.connect(self.discard)
        bar.attach_pressed.connect(self.attach)
        bar.send_pressed.connect(self._composer.send)
        self._draft = (conversation_id, self._composer.internal)
        self.recorder, self.bar = recorder, bar
        self._composer.show_above_text(bar)
        bar.show()
        bar.focus()
        bar.announce_phase()

    def discard(self) -> None:
        """End it; it can be had back for a moment."""
        recorder, draft = self.recorder, self._draft
        if recorder is None or draft is None:
            return
        recorder.stop()
        if recorder.data:
            restore = partial(self._restore, self._named(recorder.data), *draft)
            self._show_message(texts.DISCARDED(), texts.UNDO(), restore)
        self._end()
        self._composer.focus_text()

    def _restore(self, file: OutgoingFile, conversation_id: str, internal: bool) -> None:
        self._composer.attach(file, conversation_id, internal=internal)

    def attach(self) -> bool:
        """Attach it to its draft, and be ready for the next one; False if that can't be done now."""
        recorder, draft = self.recorder, self._draft
        if recorder is None or draft is None:
            return False
        recorder.stop()
        conversation_id, internal = draft
        if recorder.data and not self._composer.attach(self._named(recorder.data), conversation_id, internal=internal):
            return False
        is_shown = (self._composer.conversation_id, self._composer.internal) == draft
        self._end()
        if is_shown:
            self._composer.focus_text()
        return True

    def close(self) -> None:
        """Keep what there is with its draft; the window is about to close."""
        if self.recorder is not None and not self.attach():
            self._end()

    def _named(self, data: bytes) -> OutgoingFile:
        return OutgoingFile(f"{texts.FILE_NAME()}-{self._count}.{opus.ENDING}", opus.CONTENT_TYPE, data)

    def _on_ended(self, why: End) -> None:
        from desktop.ui.inbox.recording.recorder import End

        recorder, bar = self.recorder, self.bar
        if recorder is None or bar is None:
            return
        if not recorder.data:
            self._end()
            self._show_message(texts.NOTHING_RECORDED())
            return
        self._file.data = recorder.data
        if why is not End.STOPPED:
            self._show_message((texts.MICROPHONE_LOST if why is End.LOST else texts.MOST_REACHED)())
        bar.announce_phase()
        bar.focus()

    def _on_draft_shown(self) -> None:
        """Another draft takes the place of the one that the recording is for."""
        shown = (self._composer.conversation_id or "", self._composer.internal)
        if self._draft is not None and shown != self._draft and self.attach():
            self._show_message(texts.KEPT_WITH_DRAFT())

    def _complete_draft(self) -> str:
        """What was recorded goes with the rest of the draft; what is being recorded does not."""
        recorder = self.recorder
        if recorder is None or (recorder.is_done and self.attach()):
            return ""
        return texts.FINISH_FIRST()

    def _end(self) -> None:
        recorder, bar, player = self.recorder, self.bar, self._player
        self.recorder = self.bar = self._player = self._draft = None
        self._file.data = b""
        if player is not None:
            player.stop()
            player.deleteLater()
        if recorder is not None:
            recorder.discard()
            recorder.deleteLater()
        if bar is not None:
            bar.hide()
            bar.deleteLater()

    def _refuse(self, problem: MicrophoneProblem) -> None:
        from desktop.ui.inbox.recording.microphone import MicrophoneProblem

        sentence = {
            MicrophoneProblem.NOT_INSTALLED: texts.NOT_INSTALLED,
            MicrophoneProblem.NONE_FOUND: texts.NO_MICROPHONE,
            MicrophoneProblem.DENIED: texts.DENIED,
            MicrophoneProblem.NOT_USABLE: texts.NOT_USABLE,
        }[problem]()
        self._show_message(sentence)
        if problem is MicrophoneProblem.NOT_INSTALLED:
            # It stays so until the program is installed otherwise.
            self._composer.set_recording_obstacle(sentence)

    def _open_microphone(self) -> SampleSource:
        from desktop.ui.inbox.recording.microphone import Microphone

        return Microphone(self)


class _RecordedFile:
    """The recording as the player loads it. Implements `engine.protocols.Media`."""

    def __init__(self) -> None:
        self.data = b""

    async def load(self, key: MediaKey) -> MediaFile:
        return MediaFile(key, MediaState.HERE, self.data)

    async def retry(self, key: MediaKey) -> None:
        pass

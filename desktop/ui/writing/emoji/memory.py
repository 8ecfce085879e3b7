"""What the agent chose in the emoji picker, kept in QSettings."""

from __future__ import annotations

from PySide6.QtCore import QSettings

_RECENT, _TONE = "emoji/recent", "emoji/skin_tone"
_MOST_RECENT = 32
TONES = range(6)


class EmojiMemory:
    """recent: the last used emoji without skin tones, the last one first. tone: 0 for none, 1 (light) to 5 (dark)."""

    def __init__(self, settings: QSettings | None) -> None:
        """settings: None keeps nothing beyond this object."""
        self._settings = settings
        stored = settings.value(_RECENT) if settings is not None else None
        self.recent: list[str] = [text for text in stored if isinstance(text, str)] if isinstance(stored, list) else []
        tone = str(settings.value(_TONE)) if settings is not None else ""
        self.tone = int(tone) if tone in map(str, TONES) else 0

    def add(self, text: str) -> None:
        """text: without a skin tone."""
        self.recent = [text, *(other for other in self.recent if other != text)][:_MOST_RECENT]
        if self._settings is not None:
            self._settings.setValue(_RECENT, self.recent)

    def set_tone(self, tone: int) -> None:
        self.tone = tone
        if self._settings is not None:
            self._settings.setValue(_TONE, str(tone))

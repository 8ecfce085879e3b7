"""Choice: a wide button with a sign, a name and a sentence."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look import icons
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.widgets.labels import Label, Paragraph


class Choice(QPushButton):
    """As high as its words need at the width it gets."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        about: str,
        *,
        channel: ChannelKind | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """glyph: a qtawesome name. channel: whose colour the sign has; None: the accent's."""
        super().__init__(parent)
        self._theme, self._icon, self._channel = theme, icon, channel
        self.setObjectName("choice")
        self.setAutoDefault(False)
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        self._sign, self._title = Label(), Paragraph(title)
        self._about = Paragraph(about, muted=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._about)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PAD, PAD, PAD, PAD)
        self._row.setSpacing(PAD)
        self._row.addWidget(self._sign)
        self._row.addLayout(words, 1)
        for label in (self._sign, self._title, self._about):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSize()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QPushButton#choice {{ border-radius: 8px; }}"
            f"QPushButton#choice:focus {{ border: 2px solid {colors.accent}; }}"
        )
        self._title.setFont(self._theme.font(bold=True))
        side = round(self.fontMetrics().height() * 1.5)
        channel = self._channel
        color = self._theme.color("accent") if channel is None else self._theme.channel_color(channel)
        self._sign.setPixmap(icons.pixmap(self._icon, color, side, self.devicePixelRatioF()))
        self._sign.setFixedWidth(round(side * 1.3))

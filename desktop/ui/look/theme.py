"""Colors, sizes and fonts of every widget, for the light and the dark color scheme, each also with high contrast."""

from __future__ import annotations

import sys
from dataclasses import replace

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.ui.look.plain_text import PlainTextStyle

# Sizes in device-independent pixels.
GAP = 8
PAD = 12
RADIUS = 8
WINDOW_SIZE = QSize(1280, 800)
LIST_WIDTH = 300
SIDE_WIDTH = 300
LEAST_TARGET = 24
"""Height and width of whatever can be clicked (WCAG 2.5.8)."""
BUBBLE_MAX_SHARE = 0.72
"""Maximum width of a bubble as a fraction of the thread's width."""


@frozen
class ThemeColors:
    """The colors of one scheme by role. Text roles have 4.5:1 contrast on the surfaces they are used on, and what tells
    a shape from them 3:1; a border only divides.
    """

    dark: bool
    window: str
    panel: str
    surface: str
    hover: str
    selected: str
    border: str
    outline: str
    text: str
    muted: str
    accent: str
    on_accent: str
    bubble_in: str
    bubble_out: str
    bubble_out_text: str
    bubble_out_muted: str
    note: str
    note_edge: str
    note_text: str
    notice: str
    notice_edge: str
    notice_text: str
    warn: str
    warn_edge: str
    warn_text: str
    danger: str
    ok: str
    soon: str
    hatch: str
    unread: str


LIGHT = ThemeColors(
    dark=False,
    window="#f3f4f7",
    panel="#fafbfc",
    surface="#ffffff",
    hover="#eef1f6",
    selected="#e2ebfd",
    border="#dfe3ea",
    outline="#7d8695",
    text="#1b2230",
    muted="#5a6375",
    accent="#2458d3",
    on_accent="#ffffff",
    bubble_in="#ffffff",
    bubble_out="#dfe9ff",
    bubble_out_text="#14203a",
    bubble_out_muted="#48536b",
    note="#fff6d8",
    note_edge="#a5842a",
    note_text="#4c3d05",
    notice="#e9f0fe",
    notice_edge="#6385d0",
    notice_text="#1d3f8f",
    warn="#fdeedd",
    warn_edge="#bb7626",
    warn_text="#7a3b00",
    danger="#b3261e",
    ok="#1a6e3c",
    soon="#8a5200",
    hatch="#a9834a",
    unread="#2458d3",
)

DARK = ThemeColors(
    dark=True,
    window="#14171d",
    panel="#181c23",
    surface="#1f242d",
    hover="#262c37",
    selected="#27385c",
    border="#323a47",
    outline="#7a8494",
    text="#e7eaf0",
    muted="#a3adbd",
    accent="#86abff",
    on_accent="#0d1b3a",
    bubble_in="#272d38",
    bubble_out="#25406f",
    bubble_out_text="#eef3ff",
    bubble_out_muted="#bccaea",
    note="#3b3317",
    note_edge="#9c8636",
    note_text="#f4e6ad",
    notice="#1f2c48",
    notice_edge="#5b7bc0",
    notice_text="#bcd0ff",
    warn="#43301a",
    warn_edge="#b07c3c",
    warn_text="#ffd9a8",
    danger="#ff9a90",
    ok="#7fd6a0",
    soon="#f3c071",
    hatch="#9a763d",
    unread="#86abff",
)

HIGH_CONTRAST_LIGHT = replace(
    LIGHT,
    window="#ffffff",
    panel="#ffffff",
    border="#767676",
    outline="#767676",
    text="#000000",
    muted="#2b2b2b",
    accent="#0032a0",
    bubble_out_text="#000000",
    bubble_out_muted="#2b2b2b",
    note_edge="#6b5200",
    note_text="#000000",
    notice_edge="#0032a0",
    notice_text="#000000",
    warn_edge="#7a3b00",
    warn_text="#000000",
    danger="#8c0000",
    ok="#004d1f",
    soon="#5c3300",
    hatch="#7a3b00",
    unread="#0032a0",
)
HIGH_CONTRAST_DARK = replace(
    DARK,
    window="#000000",
    panel="#000000",
    surface="#000000",
    hover="#262626",
    selected="#00286b",
    border="#767676",
    outline="#767676",
    text="#ffffff",
    muted="#e0e0e0",
    accent="#9ec5ff",
    on_accent="#000000",
    bubble_in="#000000",
    bubble_out="#00286b",
    bubble_out_text="#ffffff",
    bubble_out_muted="#e6e6e6",
    note_edge="#ffe066",
    note_text="#ffffff",
    notice_edge="#9ec5ff",
    notice_text="#ffffff",
    warn_edge="#ffb366",
    warn_text="#ffffff",
    danger="#ffb3ab",
    ok="#8af2b0",
    soon="#ffd27f",
    hatch="#ffb366",
    unread="#9ec5ff",
)


@frozen
class ChannelStyle:
    """Icon (qtawesome name) and colors of a channel. The channel's name is always shown beside them."""

    icon: str
    light: str
    dark: str


CHANNEL_STYLES = {
    ChannelKind.WHATSAPP: ChannelStyle("fa6b.whatsapp", "#0f7a45", "#6fdd9c"),
    ChannelKind.TELEGRAM: ChannelStyle("fa6b.telegram", "#0f689b", "#7cc8f5"),
    ChannelKind.SMS: ChannelStyle("fa6s.comment-sms", "#6a43b5", "#c4a9f7"),
    ChannelKind.MESSENGER: ChannelStyle("fa6b.intercom", "#2458d3", "#9dbbff"),
    ChannelKind.EMAIL: ChannelStyle("fa6s.envelope", "#8a4a10", "#efb982"),
    ChannelKind.FACEBOOK: ChannelStyle("fa6b.facebook-messenger", "#0b5fc7", "#8cbcff"),
    ChannelKind.INSTAGRAM: ChannelStyle("fa6b.instagram", "#a62a70", "#f6a2cf"),
    ChannelKind.VIBER: ChannelStyle("fa6b.viber", "#6a43b5", "#c4a9f7"),
    ChannelKind.LINE: ChannelStyle("fa6b.line", "#0f7a45", "#6fdd9c"),
    ChannelKind.WECHAT: ChannelStyle("fa6b.weixin", "#0f7a45", "#6fdd9c"),
    ChannelKind.TWITTER: ChannelStyle("fa6b.x-twitter", "#37414f", "#d3dae6"),
    ChannelKind.PHONE: ChannelStyle("fa6s.phone", "#37414f", "#d3dae6"),
    ChannelKind.UNKNOWN: ChannelStyle("fa6s.circle-question", "#5a6375", "#a3adbd"),
}


_COLORS = {
    (False, False): LIGHT,
    (True, False): DARK,
    (False, True): HIGH_CONTRAST_LIGHT,
    (True, True): HIGH_CONTRAST_DARK,
}
"""By whether they are dark, and whether their contrast is high."""


_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
)
"""How Qt opens what it opens, where the system does it so."""


class Theme(QObject):
    """Applies colors and fonts to the application; follows the system's color scheme and contrast until they are set.

    Signals:
        changed: colors or sizes have changed; repaint and lay out again.
    """

    changed = Signal()

    def __init__(self, app: QApplication, *, scheme: Qt.ColorScheme | None = None, text_scale: float = 1.0) -> None:
        """scheme: None follows the system. text_scale: 1.0 is the system's text size."""
        super().__init__(app)
        self._app = app
        self._scheme, self._has_high_contrast = scheme, None if scheme is None else False
        self._base_font = QFont(app.font())
        self.text_scale = text_scale
        self.colors = LIGHT
        self._reduces_motion: bool | None = None
        self._system_reduces_motion = False
        self._effects = [effect for effect in _EFFECTS if app.isEffectEnabled(effect)]
        app.setStyle(PlainTextStyle("Fusion"))
        # The second is gone with Python's object for the first.
        self._style_hints = QGuiApplication.styleHints()
        self._accessibility_hints = self._style_hints.accessibility()
        self._style_hints.colorSchemeChanged.connect(self._on_system_changed)
        self._accessibility_hints.contrastPreferenceChanged.connect(self._on_system_changed)
        self._apply()

    def set_color_scheme(self, scheme: Qt.ColorScheme | None, *, high_contrast: bool = False) -> None:
        """scheme: None follows the system, also in its contrast."""
        chosen = None if scheme is None else high_contrast
        if (scheme, chosen) != (self._scheme, self._has_high_contrast):
            self._scheme, self._has_high_contrast = scheme, chosen
            self._apply()

    def set_text_scale(self, scale: float) -> None:
        """scale: 1.0 is the system's text size."""
        if scale != self.text_scale:
            self.text_scale = scale
            self._apply()

    @property
    def reduces_motion(self) -> bool:
        """Whether nothing moves by itself: what is animated stands still until it is clicked."""
        return self._system_reduces_motion if self._reduces_motion is None else self._reduces_motion

    def set_reduced_motion(self, reduced: bool | None) -> None:
        """reduced: None follows the system."""
        self._reduces_motion = reduced
        self._apply_motion()

    def set_system_reduces_motion(self, reduced: bool) -> None:
        """Set what the system prefers; Qt doesn't know."""
        self._system_reduces_motion = reduced
        self._apply_motion()

    def _apply_motion(self) -> None:
        for effect in self._effects:
            self._app.setEffectEnabled(effect, not self.reduces_motion)

    def color(self, role: str) -> QColor:
        """Return a color. role: the name of a field of `ThemeColors`."""
        return QColor(getattr(self.colors, role))

    def channel_color(self, channel: ChannelKind) -> QColor:
        style = CHANNEL_STYLES[channel]
        return QColor(style.dark if self.colors.dark else style.light)

    def font(self, *, delta: float = 0.0, bold: bool = False) -> QFont:
        """Return the system's font. delta: points larger than body text."""
        font = QFont(self._base_font)
        size = self._base_font.pointSizeF() if self._base_font.pointSizeF() > 0 else 10.0
        font.setPointSizeF(max(6.0, (size + delta) * self.text_scale))
        font.setBold(bold)
        return font

    def _on_system_changed(self, _preference: object) -> None:
        if self._scheme is None:
            self._apply()

    def _apply(self) -> None:
        if sys.platform in ("win32", "darwin"):
            # There the system draws frames, title bars and its own dialogs, in its colors unless it is told others.
            QGuiApplication.styleHints().setColorScheme(self._scheme or Qt.ColorScheme.Unknown)
        scheme = self._scheme if self._scheme is not None else QGuiApplication.styleHints().colorScheme()
        has_high_contrast = self._has_high_contrast
        if has_high_contrast is None:
            wanted = self._accessibility_hints.contrastPreference()
            has_high_contrast = wanted is Qt.ContrastPreference.HighContrast
        self.colors = _COLORS[scheme == Qt.ColorScheme.Dark, has_high_contrast]
        self._app.setFont(self.font())
        self._app.setPalette(_palette(self.colors))
        # Fusion draws the outline of their boxes from the window's color, which is nearly that of a dark surface.
        outlined = _palette(self.colors)
        outlined.setColor(QPalette.ColorRole.Window, self.color("muted").lighter(130))
        for name in ("QCheckBox", "QRadioButton"):
            # The stubs ask for bytes, which are refused.
            self._app.setPalette(outlined, name)  # type: ignore[arg-type]
        self._app.setStyleSheet(_style_sheet(self.colors, round(QFontMetrics(self.font()).height() * 0.85)))
        self.changed.emit()


def _palette(colors: ThemeColors) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colors.window,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.surface,
        QPalette.ColorRole.AlternateBase: colors.panel,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.muted,
        QPalette.ColorRole.Button: colors.surface,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.ToolTipBase: colors.surface,
        QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.Highlight: colors.accent,
        QPalette.ColorRole.HighlightedText: colors.on_accent,
        QPalette.ColorRole.Link: colors.accent,
        QPalette.ColorRole.Mid: colors.border,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.muted))
    return palette


_ON_BALLOON = "#1b1f27"


def _style_sheet(colors: ThemeColors, indicator: int) -> str:
    """Return the style sheet of buttons, fields and menus; rows are painted by delegates without it.

    indicator: side in pixels of the box of a check box and of a radio button's circle; Qt's do not grow with the text.
    Object names it knows: `primary` (the default button of a view), `quiet` (a flat button), `muted` (a label).
    """
    return f"""
    QToolTip {{ color: {colors.text}; background: {colors.surface}; border: 1px solid {colors.outline}; padding: 6px; }}
    /* A message at the tray icon, which Qt draws on a pale yellow of its own. */
    QBalloonTip QLabel {{ color: {_ON_BALLOON}; }}
    QSplitter::handle {{ background: {colors.border}; }}
    QLineEdit, QPlainTextEdit, QTextEdit, QComboBox {{
        background: {colors.surface}; color: {colors.text}; border: 1px solid {colors.outline};
        border-radius: 6px; padding: 5px 8px; selection-background-color: {colors.accent};
        selection-color: {colors.on_accent};
    }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus {{ border-color: {colors.accent}; }}
    QPushButton {{
        background: {colors.surface}; color: {colors.text}; border: 1px solid {colors.outline};
        border-radius: 6px; padding: 6px 12px;
    }}
    QPushButton:hover {{ background: {colors.hover}; }}
    QPushButton:focus {{ border-color: {colors.accent}; }}
    QPushButton:disabled {{ color: {colors.muted}; }}
    QPushButton#primary {{ background: {colors.accent}; color: {colors.on_accent}; border-color: {colors.accent}; }}
    QPushButton#primary:focus {{ border: 2px solid {colors.text}; padding: 5px 11px; }}
    QPushButton#primary:disabled {{ background: {colors.hover}; color: {colors.muted}; border-color: {colors.border}; }}
    QPushButton#quiet, QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
        padding: 5px 8px; color: {colors.muted}; }}
    QPushButton#quiet:hover, QToolButton:hover {{ background: {colors.hover}; color: {colors.text}; }}
    QPushButton#quiet:focus, QToolButton:focus {{ border-color: {colors.accent}; }}
    QPushButton#quiet:checked, QToolButton:checked {{ background: {colors.selected}; color: {colors.text};
        border-color: {colors.outline}; }}
    QCheckBox, QRadioButton, QSlider, QAbstractSpinBox {{ min-height: {LEAST_TARGET}px; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: {indicator}px; height: {indicator}px; }}
    QLabel#muted {{ color: {colors.muted}; }}
    QMenu {{ background: {colors.surface}; color: {colors.text}; border: 1px solid {colors.outline}; padding: 4px; }}
    QMenu {{ icon-size: {indicator}px; }}
    QMenu::item {{ padding: 5px {indicator + 9}px 5px 11px; border: 1px solid transparent; border-radius: 4px; }}
    QMenu::icon {{ padding-left: 6px; }}
    QMenu::item:selected {{ background: {colors.selected}; border-color: {colors.outline}; }}
    QMenu::item:disabled {{ color: {colors.muted}; }}
    QMenu::separator {{ height: 1px; background: {colors.border}; margin: 4px 8px; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {colors.outline}; border-radius: 5px; min-height: 32px; }}
    QScrollBar::handle:vertical:hover {{ background: {colors.text}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; }}
    QScrollBar::handle:horizontal {{ background: {colors.outline}; border-radius: 5px; min-width: 32px; }}
    """

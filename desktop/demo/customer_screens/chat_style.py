"""Colors of the apps on the customer's screens."""

from __future__ import annotations

from desktop.domain.model.frozen import frozen
from desktop.ui.look.theme import Theme


@frozen
class ChatColors:
    """Colors of one app: header, background, and bubbles sent and received by the customer with their text."""

    header: str
    background: str
    sent: str
    sent_text: str
    received: str
    received_text: str


_LIGHT = {
    "whatsapp": ChatColors("#0b6b5c", "#efeae2", "#d3f5cb", "#12261d", "#ffffff", "#1b2230"),
    "telegram": ChatColors("#22719f", "#dce7ee", "#d8f2c6", "#12261d", "#ffffff", "#1b2230"),
    "sms": ChatColors("#3b4250", "#ffffff", "#1c63c9", "#ffffff", "#e8eaee", "#1b2230"),
    "email": ChatColors("#5c4326", "#ffffff", "#f3ebdf", "#2b2115", "#eceff4", "#1b2230"),
    "messenger": ChatColors("#2458d3", "#ffffff", "#2458d3", "#ffffff", "#eceff4", "#1b2230"),
}
_DARK = {
    "whatsapp": ChatColors("#12302a", "#0d161b", "#0b5547", "#eaf7f2", "#212d34", "#e7eaf0"),
    "telegram": ChatColors("#17384c", "#101a21", "#2d5b7d", "#f0f7fc", "#202c36", "#e7eaf0"),
    "sms": ChatColors("#242a33", "#14171d", "#1f57ab", "#ffffff", "#2a303a", "#e7eaf0"),
    "email": ChatColors("#3a2c1b", "#14171d", "#4a3a26", "#f5ead9", "#2a303a", "#e7eaf0"),
    "messenger": ChatColors("#24407f", "#14171d", "#2b55b3", "#ffffff", "#2a303a", "#e7eaf0"),
}


def chat_colors(channel: str, theme: Theme) -> ChatColors:
    """Return the colors of an app in the present color scheme. channel: for example `whatsapp`."""
    return (_DARK if theme.colors.dark else _LIGHT)[channel]


def header_style(color: str) -> str:
    """Return the style sheet of an app's header, white on `color`."""
    return (
        f"QFrame#head {{ background: {color}; border-radius: 6px; }} QFrame#head QLabel {{ color: #ffffff; }}"
        "QFrame#head QLabel#title { font-weight: bold; }"
        "QFrame#head QPushButton { background: transparent; color: #ffffff; border: 1px solid #ffffff; }"
        "QFrame#head QPushButton:checked { background: #8c1d18; }"
    )

"""Bubble layout: every rectangle and laid-out word of one row; painting, size, hit-testing and tips all use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QStaticText, QTextLayout

from desktop.ui.look import icons
from desktop.ui.look.theme import RADIUS
from desktop.ui.thread.layout.row_style import Look
from desktop.ui.thread.layout.text_body import TextBody
from desktop.ui.thread.media.link_targets import Lead


class Edge(Enum):
    """How a frame is drawn. `HATCHED` is a strip of its own, for words the customer's channel does not show."""

    NONE = auto()
    SOLID = auto()
    DASHED = auto()
    DOTTED = auto()
    HATCHED = auto()


@dataclass(frozen=True, slots=True)
class Frame:
    """A background. Pieces lie inside it; frames may lie inside each other."""

    rect: QRectF
    fill: str
    edge: Edge = Edge.NONE
    edge_color_role: str = "border"
    radius: float = RADIUS


@dataclass(frozen=True, slots=True)
class Line:
    """One unwrapped run of words."""

    rect: QRectF
    words: QStaticText
    font: QFont
    color_role: str
    tip: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Icon:
    """name: of the icon font."""

    rect: QRectF
    name: str
    color_role: str
    tip: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Wrapped words. selectable: the message itself, not what we say about it."""

    rect: QRectF
    body: TextBody
    color_role: str
    selectable: bool = False
    tip: str = ""
    action: str = ""


Piece = Line | Icon | Paragraph


@dataclass(frozen=True, slots=True)
class BubbleLayout:
    """Coordinates are relative to the row's top left corner, already mirrored for right-to-left screens."""

    size: QSize
    frames: tuple[Frame, ...]
    pieces: tuple[Piece, ...]

    @property
    def body(self) -> Paragraph | None:
        return next((p for p in self.pieces if isinstance(p, Paragraph) and p.selectable), None)

    def piece_at(self, point: QPointF) -> Piece | None:
        return next((p for p in self.pieces if p.rect.contains(point)), None)

    def action_at(self, point: QPointF) -> str:
        """What a click there asks for: `older`, `show_all`, `file:<number>`, `echo:<action>`; "" for nothing."""
        piece = self.piece_at(point)
        return piece.action if piece is not None else ""

    def link_at(self, point: QPointF) -> str | None:
        lead = self.lead_at(point)
        return lead.address if lead is not None else None

    def lead_at(self, point: QPointF) -> Lead | None:
        body = self.body
        if body is None or not body.rect.contains(point):
            return None
        return body.body.lead_at(point - body.rect.topLeft())

    def draw(
        self, painter: QPainter, corner: QPointF, look: Look, selection: Sequence[QTextLayout.FormatRange]
    ) -> None:
        painter.translate(corner)
        for frame in self.frames:
            _draw_frame(painter, frame, look)
        ratio = painter.device().devicePixelRatioF()
        for piece in self.pieces:
            if isinstance(piece, Icon):
                size = round(piece.rect.width())
                painter.drawPixmap(
                    piece.rect.topLeft(), icons.pixmap(piece.name, look.color(piece.color_role), size, ratio)
                )
                continue
            painter.setPen(look.pen(piece.color_role))
            if isinstance(piece, Line):
                painter.setFont(piece.font)
                painter.drawStaticText(piece.rect.topLeft(), piece.words)
            else:
                shown = selection if piece.selectable else ()
                piece.body.layout.draw(painter, piece.rect.topLeft(), list(shown))
        painter.translate(-corner)


_LINES = {Edge.DASHED: Qt.PenStyle.DashLine, Edge.DOTTED: Qt.PenStyle.DotLine}


def _draw_frame(painter: QPainter, frame: Frame, look: Look) -> None:
    if frame.edge is Edge.HATCHED:
        painter.fillRect(frame.rect, look.brush(frame.fill))
        painter.fillRect(frame.rect, look.brush("hatch", hatched=True))
        return
    if frame.rect.height() <= 1:
        painter.fillRect(frame.rect, look.brush(frame.fill))
        return
    painter.setBrush(look.brush(frame.fill))
    bordered = frame.edge is not Edge.NONE
    line = _LINES.get(frame.edge, Qt.PenStyle.SolidLine)
    painter.setPen(look.pen(frame.edge_color_role if bordered else frame.fill, line))
    painter.drawRoundedRect(frame.rect.adjusted(0.5, 0.5, -0.5, -0.5), frame.radius, frame.radius)


def mirrored(layout: BubbleLayout) -> BubbleLayout:
    """For right-to-left screens: every rectangle on the other side; what is inside one keeps its own direction."""
    width = layout.size.width()

    def flip(rect: QRectF) -> QRectF:
        return QRectF(width - rect.right(), rect.top(), rect.width(), rect.height())

    def flip_piece(piece: Piece) -> Piece:
        rect = flip(piece.rect)
        if isinstance(piece, Paragraph) and not piece.selectable and not piece.body.right_to_left:
            # Our own words begin at the glyph they belong to, whichever way they run.
            rect.setLeft(rect.right() - piece.body.width)
        return replace(piece, rect=rect)

    return BubbleLayout(
        layout.size,
        tuple(replace(f, rect=flip(f.rect)) for f in layout.frames),
        tuple(flip_piece(p) for p in layout.pieces),
    )

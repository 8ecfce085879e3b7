"""The layout of one timeline row: the one source for painting, size, hit testing and tooltips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText, QTextLayout

from desktop.ui.look import icons
from desktop.ui.look.theme import RADIUS
from desktop.ui.thread.layout.row_style import RowStyle
from desktop.ui.thread.layout.text_body import TextBody
from desktop.ui.thread.media.link_targets import LinkTarget


class Edge(Enum):
    """How a frame is drawn. `HATCHED` is a strip beside a message that the customer's channel does not show."""

    NONE = auto()
    SOLID = auto()
    DASHED = auto()
    DOTTED = auto()
    HATCHED = auto()


class Frame(msgspec.Struct, frozen=True):
    """A background. Frames may be nested; they are painted in order, before the pieces."""

    rect: QRectF
    fill: str
    edge: Edge = Edge.NONE
    edge_color_role: str = "border"
    radius: float = RADIUS


Tip = str | Callable[[], str]
"""A tooltip, or what makes it when somebody wants to read it: most are never read."""


class _WithTip:
    __slots__ = ()
    make_tip: Tip

    @property
    def tip(self) -> str:
        return self.make_tip if isinstance(self.make_tip, str) else self.make_tip()


class Line(_WithTip, msgspec.Struct, frozen=True):
    """Text that does not wrap."""

    rect: QRectF
    text: QStaticText
    font: QFont
    color_role: str
    make_tip: Tip = ""
    action: str = ""


class Icon(_WithTip, msgspec.Struct, frozen=True):
    """name: a qtawesome name."""

    rect: QRectF
    name: str
    color_role: str
    make_tip: Tip = ""
    action: str = ""


class Paragraph(_WithTip, msgspec.Struct, frozen=True):
    """Wrapped text. selectable: True for the message itself, False for text about it."""

    rect: QRectF
    body: TextBody
    color_role: str
    selectable: bool = False
    make_tip: Tip = ""
    action: str = ""


class SlotKind(Enum):
    """What is shown in a `MediaSlot`."""

    PICTURE = auto()
    VIDEO = auto()
    AUDIO = auto()


class MediaSlot(_WithTip, msgspec.Struct, frozen=True):
    """Room for the file of a message, whose contents come later and change. number: of the file in its message."""

    rect: QRectF
    kind: SlotKind
    number: int
    make_tip: Tip = ""
    action: str = ""


Piece = Line | Icon | Paragraph | MediaSlot
PaintSlot = Callable[[QPainter, MediaSlot], None]


class BubbleLayout(msgspec.Struct, frozen=True):
    """Frames and pieces relative to the row's top left corner, already mirrored for right-to-left layouts."""

    size: QSize
    frames: tuple[Frame, ...]
    pieces: tuple[Piece, ...]

    @property
    def body(self) -> Paragraph | None:
        """The selectable text; None for a row without one."""
        return next((p for p in self.pieces if isinstance(p, Paragraph) and p.selectable), None)

    def piece_at(self, point: QPointF) -> Piece | None:
        return next((p for p in self.pieces if p.rect.contains(point)), None)

    def action_at(self, point: QPointF) -> str:
        """Return the action of a click: `show_all`, `file:<index>`, `reply:<action>`; "" for none."""
        piece = self.piece_at(point)
        return piece.action if piece is not None else ""

    def target_at(self, point: QPointF) -> LinkTarget | None:
        """Return the link in the text under `point`."""
        body = self.body
        if body is None or not body.rect.contains(point):
            return None
        return body.body.target_at(point - body.rect.topLeft())

    @property
    def slots(self) -> list[MediaSlot]:
        """The room for files, in order."""
        return [piece for piece in self.pieces if isinstance(piece, MediaSlot)]

    def slot_at(self, point: QPointF) -> MediaSlot | None:
        """Return the room for a file under `point`."""
        piece = self.piece_at(point)
        return piece if isinstance(piece, MediaSlot) else None

    def draw(
        self,
        painter: QPainter,
        corner: QPointF,
        style: RowStyle,
        selection: Sequence[QTextLayout.FormatRange],
        paint_slot: PaintSlot | None = None,
    ) -> None:
        """Paint what can be seen of the row with its top left corner at `corner`. selection: ranges of the selectable
        text. paint_slot: paints the files of the message.
        """
        painter.translate(corner)
        device = painter.device()
        seen = painter.combinedTransform().inverted()[0].mapRect(QRectF(0, 0, device.width(), device.height()))
        for frame in self.frames:
            if frame.rect.intersects(seen):
                _draw_frame(painter, frame, style)
        ratio = device.devicePixelRatioF()
        for piece in self.pieces:
            if not piece.rect.intersects(seen):
                continue
            if isinstance(piece, Icon):
                size = round(piece.rect.width())
                painter.drawPixmap(
                    piece.rect.topLeft(), icons.pixmap(piece.name, style.color(piece.color_role), size, ratio)
                )
                continue
            if isinstance(piece, MediaSlot):
                if paint_slot is not None:
                    paint_slot(painter, piece)
                continue
            painter.setPen(style.pen(piece.color_role))
            if isinstance(piece, Line):
                painter.setFont(piece.font)
                painter.drawStaticText(piece.rect.topLeft(), piece.text)
            else:
                piece.body.layout.draw(painter, piece.rect.topLeft(), list(selection) if piece.selectable else [])
        painter.translate(-corner)


_PEN_STYLES = {Edge.DASHED: Qt.PenStyle.DashLine, Edge.DOTTED: Qt.PenStyle.DotLine}


def _draw_frame(painter: QPainter, frame: Frame, style: RowStyle) -> None:
    if frame.edge is Edge.HATCHED or frame.rect.height() <= 1:
        painter.fillRect(frame.rect, style.brush(frame.fill))
        if frame.edge is Edge.HATCHED:
            painter.fillRect(frame.rect, style.brush("hatch", hatched=True))
        return
    painter.setBrush(style.brush(frame.fill))
    has_edge = frame.edge is not Edge.NONE
    pen_style = _PEN_STYLES.get(frame.edge, Qt.PenStyle.SolidLine)
    painter.setPen(style.pen(frame.edge_color_role if has_edge else frame.fill, pen_style))
    painter.drawRoundedRect(frame.rect.adjusted(0.5, 0.5, -0.5, -0.5), frame.radius, frame.radius)


def mirrored(layout: BubbleLayout) -> BubbleLayout:
    """Mirror the rectangles for a right-to-left layout; text keeps its own direction."""
    width = layout.size.width()

    def flip(rect: QRectF) -> QRectF:
        return QRectF(width - rect.right(), rect.top(), rect.width(), rect.height())

    def flip_piece(piece: Piece) -> Piece:
        rect = flip(piece.rect)
        if isinstance(piece, Line):
            # Which of the two is the wider depends on the font.
            advance = QFontMetricsF(piece.font).horizontalAdvance(piece.text.text())
            rect.setLeft(max(rect.left(), rect.right() - max(piece.text.size().width(), advance)))
        elif isinstance(piece, Paragraph) and not (piece.body.is_right_to_left or _has_own_side(piece)):
            # Left-to-right text about a message starts at its icon, which is on the right now.
            rect.setLeft(rect.right() - piece.body.width)
        return replace(piece, rect=rect)

    return BubbleLayout(
        layout.size,
        tuple(replace(f, rect=flip(f.rect)) for f in layout.frames),
        tuple(flip_piece(p) for p in layout.pieces),
    )


def _has_own_side(paragraph: Paragraph) -> bool:
    """A message stands on the side of its language; one without letters on that of the layout."""
    return paragraph.selectable and paragraph.body.has_direction

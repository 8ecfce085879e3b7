"""The forms of an exported thread: a page that needs nothing from elsewhere, and plain text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from desktop.text.catalog import strip_isolates
from desktop.text.thread import export as texts
from desktop.ui.thread.export.content import FileLine, Head, Piece, PieceKind

_STYLE = """
body { font-family: sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #1b1f27;
  background: #ffffff; }
h1 { font-size: 150%; } h2 { font-size: 115%; }
.day { font-weight: bold; margin-top: 1.6em; }
.conversation, .event, .gap { color: #5a6375; margin-top: 0.7em; font-size: 90%; }
.customer, .ours, .note { margin-top: 0.9em; padding: 0.5em 0.8em; }
.customer { background: #f1f3f7; } .ours { background: #e3ecfd; } .note { background: #fdf3d4; }
.who, .text, .file, .facts { margin: 0; }
.who { font-weight: bold; } .facts { color: #5a6375; font-size: 90%; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
"""
_CLASSES = {kind: kind.name.lower() for kind in PieceKind}


def html_start(head: Head) -> str:
    """The page up to the first message. Nothing in it is asked of any server."""
    policy = {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"}
    about = (
        _start("meta", charset="utf-8"),
        _start("meta", **policy),
        _element("title", _text(head.title)),
        _element("style", _STYLE),
    )
    blocks = (
        _element("h2", _text(heading)) + _element("ul", "".join(_element("li", _text(line)) for line in block))
        for heading, block in head.blocks
    )
    return "".join(
        (
            "<!DOCTYPE html>",
            _start("html", lang=head.language, dir="rtl" if head.is_right_to_left else "ltr"),
            _element("head", "".join(about)),
            _start("body"),
            _element("h1", _text(head.title)),
            *(_element("p", _text(line)) for line in head.lines),
            *blocks,
            _element("h2", _text(texts.MESSAGES())),
        )
    )


def html_end() -> str:
    return "</body></html>\n"


def html_pieces(pieces: Iterable[Piece]) -> str:
    return "".join(map(_html_piece, pieces))


def _html_piece(piece: Piece) -> str:
    name = _CLASSES[piece.kind]
    if piece.kind in (PieceKind.DAY, PieceKind.CONVERSATION, PieceKind.EVENT, PieceKind.GAP):
        return _paragraph(name, _text(piece.heading))
    parts = [_paragraph("who", _text(piece.heading))]
    if piece.text:
        parts.append(_paragraph("text", _text(piece.text).replace("\n", "<br>")))
    parts += [_paragraph("file", _html_file(file)) for file in piece.files]
    if piece.facts:
        parts.append(_paragraph("facts", " · ".join(map(_text, piece.facts))))
    return _element("div", "".join(parts), **{"class": name})


def _html_file(file: FileLine) -> str:
    # A relative address: the folder moves with the page.
    return _element("a", _text(file.line), href=quote(file.saved_as)) if file.saved_as else _text(file.line)


def _paragraph(name: str, inner: str) -> str:
    """name: of its class. Each text is written in its own direction."""
    return _element("p", inner, **{"class": name, "dir": "auto"})


def _element(name: str, inner: str, **attributes: str) -> str:
    """inner: HTML."""
    return f"{_start(name, **attributes)}{inner}</{name}>\n"


def _start(name: str, **attributes: str) -> str:
    return f"<{name}{''.join(f' {key}={chr(34)}{escape(value)}{chr(34)}' for key, value in attributes.items())}>"


def _text(text: str) -> str:
    return escape(strip_isolates(text), quote=True)


def text_start(head: Head) -> str:
    title = strip_isolates(head.title)
    lines = [title, "=" * len(title), *head.lines]
    for heading, block in head.blocks:
        lines += ["", heading, *(f"- {line}" for line in block)]
    return strip_isolates("\n".join((*lines, "", texts.MESSAGES()))) + "\n"


def text_pieces(pieces: Iterable[Piece]) -> str:
    return "".join(map(_text_piece, pieces))


def _text_piece(piece: Piece) -> str:
    match piece.kind:
        case PieceKind.DAY:
            return strip_isolates(f"\n--- {piece.heading} ---\n")
        case PieceKind.CONVERSATION | PieceKind.EVENT | PieceKind.GAP:
            return strip_isolates(f"\n* {piece.heading}\n")
        case _:
            facts = f" [{' · '.join(piece.facts)}]" if piece.facts else ""
            body = [f"    {line}" for line in piece.text.splitlines()]
            files = [f"    - {f.line}" + (f" -> {f.saved_as}" if f.saved_as else "") for f in piece.files]
            return strip_isolates("\n".join((f"\n{piece.heading}{facts}", *body, *files))) + "\n"

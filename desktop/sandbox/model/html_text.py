"""Conversion between plain text and the HTML of Intercom's message bodies."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|tr|blockquote)\s*>", re.IGNORECASE)
_LINK = re.compile(r"""<a\b[^>]*\bhref=["']([^"']*)["'][^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LIST_TAG = re.compile(r"<(?P<closes>/?)(?P<name>ul|ol|li)\b[^>]*>", re.IGNORECASE)
_BLOCK = re.compile(r"\s*<(?:p|div|h[1-6]|ul|ol|pre|table|blockquote)\b", re.IGNORECASE)


def from_text(text: str) -> str:
    """Convert plain text to an HTML paragraph; "" stays ""."""
    if not text:
        return ""
    return "<p>" + html.escape(text, quote=False).replace("\n", "<br>") + "</p>"


def from_api(body: str) -> str:
    """Convert an admin's `body`: it is HTML, and gets a paragraph if it does not start with a block element."""
    if not body or _BLOCK.match(body):
        return body
    return "<p>" + body.replace("\n", "<br>") + "</p>"


def to_text(body: str | None, *, labelled_links: bool = False) -> str:
    """Convert HTML to plain text; links become their label, with `labelled_links` `label (url)`."""
    if not body:
        return ""
    if "<" in body:
        if labelled_links:
            body = _LINK.sub(r"\2 (\1)", body)
        body = _TAG.sub("", _BREAK.sub("\n", body))
    return html.unescape(body).strip()


def to_screen(body: str | None) -> str:
    """Convert HTML to what the Messenger shows of it: as `to_text`, with the bullets and numbers of lists."""
    if not body or "<li" not in body.lower():
        return to_text(body)
    numbers: list[int | None] = []

    def mark(tag: re.Match[str]) -> str:
        name, closes = tag["name"].lower(), bool(tag["closes"])
        if name == "li":
            if closes or not numbers:
                return "\n" if closes else ""
            count = numbers[-1]
            if count is None:
                return "• "
            numbers[-1] = count + 1
            return f"{count}. "
        if closes and numbers:
            numbers.pop()
        elif not closes:
            numbers.append(None if name == "ul" else 1)
        return ""

    return to_text(_LIST_TAG.sub(mark, body))


_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape_entities(name: str | None) -> str | None:
    """Escape HTML characters of a name as Intercom's answers do (Intercom developer docs, "Encoding")."""
    return name.translate(_ENTITIES) if name else name

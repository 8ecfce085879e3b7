"""Conversion between plain text and the HTML of Intercom's message bodies."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|tr|blockquote)\s*>", re.IGNORECASE)
_LINK = re.compile(r"""<a\b[^>]*\bhref=["']([^"']*)["'][^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
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


_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape_entities(name: str | None) -> str | None:
    """Escape HTML characters of a name as Intercom's answers do (Intercom developer docs, "Encoding")."""
    return name.translate(_ENTITIES) if name else name

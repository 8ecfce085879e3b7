"""Warnings about links and attached files."""

from __future__ import annotations

from desktop.text.catalog import Text

# Translators: tooltip of a link. {destination}: a host, an email address or a phone number.
LEADS_TO = Text("Leads to {destination}")
SAYS_BUT_LEADS_TO = Text("Says {claimed}, but leads to {destination}")
NOT_OPENED = Text("This link can't be opened: it isn't a complete web address, email address or phone number.")

# Translators: why to be careful with a file. {ending}: "exe".
PROGRAM = Text("It's a program (.{ending}). Opening it can harm this computer.")
DOCUMENT_WITH_CODE = Text("It's a document that can contain a program (.{ending}).")
PAGE = Text("It's a page that can run a program in your browser (.{ending}).")
PACKED = Text("It's a compressed file (.{ending}). Its contents can't be checked here.")

"""Why a file of saved replies cannot be imported."""

from __future__ import annotations

from desktop.domain.content.snippet_files import SnippetFileReason
from desktop.text.catalog import Text

SENTENCES = {
    SnippetFileReason.SNIPPET_FILE_NOT_UTF8: Text(
        "Line {line} isn't UTF-8 text. Save the file as UTF-8, then try again."
    ),
    SnippetFileReason.SNIPPET_FILE_EMPTY: Text("The file has no saved replies."),
    SnippetFileReason.SNIPPET_FILE_TOO_LARGE: Text("The file is too large: more than {megabytes} MB."),
    # Translators: {detail}: what is wrong, in English, such as "Expecting ',' delimiter".
    SnippetFileReason.SNIPPET_FILE_NOT_JSON: Text("Line {line} isn't valid JSON: {detail}."),
    # Translators: “saved_replies” isn't translated.
    SnippetFileReason.SNIPPET_FILE_NO_LIST: Text("The file has no list named “saved_replies”."),
    SnippetFileReason.SNIPPET_FILE_NOT_CSV: Text("Line {line} isn't valid CSV: {detail}."),
    SnippetFileReason.SNIPPET_FILE_NO_COLUMN: Text(
        "The first line has no column “{column}”. It needs at least “name” and “text”."
    ),
    SnippetFileReason.SNIPPET_FILE_NO_REPLY: Text("Line {line} isn't a saved reply."),
    SnippetFileReason.SNIPPET_FILE_NO_NAME: Text("The saved reply at line {line} has no name."),
    SnippetFileReason.SNIPPET_FILE_NO_TEXT: Text("The saved reply at line {line} has no text."),
    # Translators: “tag: refund”, “snooze: 24” and “close” aren't translated.
    SnippetFileReason.SNIPPET_FILE_UNKNOWN_ACTION: Text(
        "The action “{action}” at line {line} isn't known. Actions are such as “tag: refund”, “snooze: 24” (hours) or "
        "“close”."
    ),
}

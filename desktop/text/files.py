"""Sentences about files that a route does not take."""

from __future__ import annotations

from desktop.domain.content.files import FileForm, FileProblem, FileRefusal

_FORMS = {
    FileForm.IMAGE: "pictures",
    FileForm.PHOTO: "pictures",
    FileForm.VIDEO: "videos",
    FileForm.AUDIO: "audio files",
    FileForm.DOCUMENT: "documents",
    FileForm.FILE: "files",
    None: "files",
}
_SENTENCES = {
    FileProblem.NO_FILES: "{route} takes no files from here.",
    FileProblem.EMPTY: "{file} is empty.",
    FileProblem.NO_ENDING: "{route} can't tell what kind of file {file} is. Give it an ending such as .pdf.",
    FileProblem.KIND_NOT_TAKEN: "{route} doesn't take this kind of file: {file}.",
    FileProblem.TOO_MANY_BYTES: "{file} is {found} MB; {route} takes {forms} of up to {limit} MB.",
    FileProblem.TOO_MANY_PIXELS: "{file} is too large a picture for {route}. Make it smaller first.",
    FileProblem.TOO_LONG_AND_NARROW: "{file} is too long and narrow a picture for {route}. Cut it first.",
}


def file_refusal(file_name: str, refusal: FileRefusal, route: str) -> str:
    """Why the route, by its name for people, does not take the file, and what to do."""
    return _SENTENCES[refusal.problem].format(
        file=file_name or "this file",
        route=route,
        forms=_FORMS[refusal.form],
        found=_megabytes(refusal.found),
        limit=_megabytes(refusal.limit),
    )


def _megabytes(size_bytes: int) -> str:
    """Rounded so that a file over a limit never reads as the limit itself."""
    return f"{size_bytes / 1_000_000:.1f}".removesuffix(".0")

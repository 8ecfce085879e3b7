"""Sentences about files that a route does not accept."""

from __future__ import annotations

from desktop.domain.content.files import FileForm, FileProblem, FileRefusal
from desktop.text import formats
from desktop.text.catalog import Phrase, Text

# Translators: {route} is a channel or company, such as "WhatsApp" or "Twilio"; {file} is a file's name.
_SENTENCES = {
    FileProblem.NO_FILES: Text("You can't send files through {route} from Reachline."),
    FileProblem.EMPTY: Text("{file} is empty."),
    FileProblem.NO_ENDING: Text("{file} has no file type. Rename it with an extension such as .pdf."),
    FileProblem.KIND_NOT_TAKEN: Text("{route} doesn't accept this type of file: {file}."),
    FileProblem.TOO_MANY_PIXELS: Text("{file} has too many pixels for {route}. Make the picture smaller first."),
    FileProblem.TOO_LONG_AND_NARROW: Text("{file} is too long and narrow for {route}. Crop the picture first."),
}
_PICTURE_TOO_LARGE = Text("{file} is too large ({size}). {route} accepts pictures up to {limit}.")
_SOUND_TOO_LARGE = Text("{file} is too large ({size}). {route} accepts audio files up to {limit}.")
_FILE_TOO_LARGE = Text("{file} is too large ({size}). {route} accepts files up to {limit}.")
# Translators: {size} and {limit} are for example "7.2 MB" and "5 MB".
_TOO_LARGE = {
    FileForm.IMAGE: _PICTURE_TOO_LARGE,
    FileForm.PHOTO: _PICTURE_TOO_LARGE,
    FileForm.VIDEO: Text("{file} is too large ({size}). {route} accepts videos up to {limit}."),
    FileForm.AUDIO: _SOUND_TOO_LARGE,
    FileForm.VOICE: _SOUND_TOO_LARGE,
    FileForm.DOCUMENT: Text("{file} is too large ({size}). {route} accepts documents up to {limit}."),
    FileForm.FILE: _FILE_TOO_LARGE,
    None: _FILE_TOO_LARGE,
}
# Translators: stands for a file's name.
_THIS_FILE = Text("this file")


def file_refusal(file_name: str, refusal: FileRefusal, route: str) -> str:
    """Why the route, by its name for people, does not accept the file, and what to do."""
    file = file_name or Phrase(_THIS_FILE())
    if refusal.problem is not FileProblem.TOO_MANY_BYTES:
        return _SENTENCES[refusal.problem](file=file, route=route)
    # Rounded up, so that a file over a limit never reads as the limit itself.
    size = formats.size(-(-refusal.found // 100_000) * 100_000)
    limit = formats.size(refusal.limit, decimals=0)
    return _TOO_LARGE[refusal.form](file=file, route=route, size=size, limit=limit)

"""Sentences about files that a route does not accept."""

from __future__ import annotations

from desktop.domain.content.files import FileForm, FileProblem, FileRefusal
from desktop.text.files import file_refusal


def test_a_file_just_over_a_limit_never_reads_as_the_limit():
    refusal = FileRefusal(FileProblem.TOO_MANY_BYTES, limit=5_000_000, found=5_000_001, form=FileForm.PHOTO)
    said = file_refusal("cat.png", refusal, "WhatsApp")
    assert said == "cat.png is too large (5.1 MB). WhatsApp accepts pictures up to 5 MB."


def test_a_file_without_a_name_is_this_file():
    assert file_refusal("", FileRefusal(FileProblem.EMPTY), "WhatsApp") == "This file is empty."

"""Labels: what is shown, and what a screen reader says of it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from desktop.text.catalog import ENGLISH, use_language
from desktop.ui.widgets.labels import Paragraph

RIGHT_TO_LEFT_MARK = "\u200f"


@pytest.fixture
def arabic():
    use_language("ar")
    yield
    use_language(ENGLISH)


@pytest.mark.usefixtures("qtbot", "arabic")
def test_a_sentence_that_begins_with_a_name_keeps_the_direction_of_its_language() -> None:
    """Where it can be selected, Qt would read it from the left."""
    sentence = "DeepL يستجيب."
    label = Paragraph(sentence, selectable=True)
    assert QLabel.text(label) == f"{RIGHT_TO_LEFT_MARK}{sentence}"
    assert label.text() == label.accessibleName() == sentence
    label.setText("https://x.example")
    assert label.text() == QLabel.text(label) == "https://x.example"
    assert label.accessibleName() == ""


@pytest.mark.usefixtures("qtbot")
def test_other_words_for_screen_readers() -> None:
    label = Paragraph("Closed 2 h ago.")
    assert label.accessibleName() == ""
    label.setText("Closed 3 h ago.", "Closed 3 hours ago.")
    assert (label.text(), label.accessibleName()) == ("Closed 3 h ago.", "Closed 3 hours ago.")
    label.setText("Open.")
    assert label.accessibleName() == ""

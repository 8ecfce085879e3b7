"""A drop-down elides only what doesn't fit."""

from __future__ import annotations

import pytest

from desktop.ui.widgets.drop_down import DropDown


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_widest_item_is_shown_whole_where_there_is_room(qtbot, theme, scale: float) -> None:
    theme.set_text_scale(scale)
    box = DropDown(theme, "Density")
    qtbot.addWidget(box)
    box.addItems(["Comfortable", "Compact"])
    box.setMinimumContentsLength(8)
    box.ensurePolished()
    box.resize(box.sizeHint())
    box.grab()
    assert box.toolTip() == ""
    box.resize(box.width() - 20, box.height())
    box.grab()
    assert box.toolTip() == "Comfortable"

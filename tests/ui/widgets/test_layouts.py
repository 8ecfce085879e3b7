from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui.widgets import layouts


def test_the_widgets_of_a_layout_are_found_in_its_order(qtbot) -> None:
    first, second, third, inner = (QPushButton(name) for name in ("1", "2", "3", "inner"))
    window = QWidget()
    qtbot.addWidget(window)
    row = layouts.row(inner)
    column = layouts.column(second, "stretch", row, third, parent=window)
    column.insertWidget(0, first)
    assert layouts.widgets_in(column) == [first, second, third]
    assert layouts.widgets_in(row) == [inner]
    layouts.clear(row)
    column.removeWidget(second)
    assert (layouts.widgets_in(column), layouts.widgets_in(row)) == ([first, third], [])

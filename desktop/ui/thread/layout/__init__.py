"""Layouts of timeline rows: text, rectangles and icons."""

"""qtawesome, for PyInstaller: the fonts that are drawn; needed_fonts.py tells it that the others are missing."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files("qtawesome", includes=["fonts/fontawesome6-*"])

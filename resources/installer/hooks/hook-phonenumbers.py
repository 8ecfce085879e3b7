"""phonenumbers, for PyInstaller: the regions' data, loaded when a number of a region is read; not the names of places
and carriers, which nothing here asks for and which are four times as large as everything else."""

from PyInstaller.utils.hooks import collect_submodules

hiddenimports = collect_submodules("phonenumbers.data")

"""Runs at the built program's start: tells qtawesome of the fonts that were built in, once somebody imports it.

It opens every font it knows of, and ours holds only Font Awesome 6 (see build.spec), since nothing else is drawn.
"""

import sys


class _TellIt:
    """Finder for one module; steps aside before that is loaded."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "qtawesome":
            return None
        sys.meta_path.remove(cls)
        found = next((spec for finder in sys.meta_path if (spec := finder.find_spec(name, path, target))), None)
        if found is None:
            return None
        load = found.loader.exec_module

        def load_and_trim(module):
            load(module)
            module._BUNDLED_FONTS = tuple(font for font in module._BUNDLED_FONTS if font[0].startswith("fa6"))

        found.loader.exec_module = load_and_trim
        return found


sys.meta_path.insert(0, _TellIt)

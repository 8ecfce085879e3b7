"""Puts what the program opens by name into a wheel, as `desktop/resources`; pyproject.toml has everything else."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parents[2]
PATTERNS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["reachline"]["resources"]


def resources() -> Iterator[Path]:
    """Relative to the folder `resources`."""
    folder = ROOT / "resources"
    for pattern in PATTERNS:
        yield from (file.relative_to(folder) for file in sorted(folder.glob(pattern)))


class BuildWithResources(build_py):
    """An editable install finds them beside the package, and gets none."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for file in resources():
                target = self._target(file)
                self.mkpath(str(target.parent))
                self.copy_file(str(ROOT / "resources" / file), str(target))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        built = [] if self.editable_mode else [str(self._target(file)) for file in resources()]
        return [*super().get_outputs(include_bytecode), *built]

    def _target(self, file: Path) -> Path:
        return Path(self.build_lib, "desktop/resources", file)

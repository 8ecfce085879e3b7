"""Words of the domain that are stored, shown in answers and compared: each is its name in lower case."""

from __future__ import annotations

import importlib
import pkgutil
from enum import StrEnum

import pytest

import desktop.domain

MODULES = [importlib.import_module(m.name) for m in pkgutil.iter_modules(desktop.domain.__path__, "desktop.domain.")]
ENUMS = sorted(
    {
        found
        for module in MODULES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum
    },
    key=lambda e: e.__qualname__,
)
NAMED_BY_OTHERS = {"DIALOG360": "360dialog", "GSM7": "GSM-7", "UCS2": "UCS-2"}


@pytest.mark.parametrize("words", ENUMS, ids=lambda e: e.__qualname__)
def test_a_stored_word_is_its_name(words: type[StrEnum]) -> None:
    assert [w.value for w in words] == [NAMED_BY_OTHERS.get(w.name, w.name.lower()) for w in words]


def test_all_of_them_are_looked_at() -> None:
    assert {"ReasonCode", "ChannelKind", "WarningCode", "ContraryKind", "State"} <= {e.__name__ for e in ENUMS}

"""How many examples a property test tries that needs more, or fewer, than the profile's usual number."""

from __future__ import annotations

from hypothesis import settings

FULL = 200
"""The usual number with `--whole`."""
_LEAST = 10


def examples(count: int) -> settings:
    """`count` with `--whole`; in other runs the same share of it as of the usual number, but not too few."""
    return settings(max_examples=max(min(count, _LEAST), count * settings.default.max_examples // FULL))

"""How many examples a property test tries that needs more, or fewer, than the profile's usual number."""

from __future__ import annotations

from hypothesis import settings

_USUAL = 100


def examples(count: int) -> settings:
    """`count` in the whole run; the same share of the usual number where the profile `few` is in force."""
    return settings(max_examples=max(1, count * settings.default.max_examples // _USUAL))

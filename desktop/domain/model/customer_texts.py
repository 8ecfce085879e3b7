"""The workspace's own words for customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from desktop.domain.model.frozen import frozen


@frozen
class CustomerTexts:
    """number: ours on WhatsApp, where a chat does not name it; "" for none. asking: the text that asks to continue on
    WhatsApp, by language; one that is not in it is asked with our ready text.
    """

    number: str = ""
    asking: Mapping[str, str] = field(default_factory=dict)


NO_TEXTS = CustomerTexts()

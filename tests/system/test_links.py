"""Links that any web page can make the system open: only the two known forms lead anywhere."""

from __future__ import annotations

import pytest

from desktop.system.links import place_of


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("reachline://conversation/215473", ("conversation", "215473")),
        ("ReachLine://Contact/6762f0dd1bb69f9f2193bb83/", ("contact", "6762f0dd1bb69f9f2193bb83")),
        ("reachline:conversation/42", ("conversation", "42")),
        ("reachline:", None),
        ("reachline://conversation/", None),
        ("reachline://conversation/4 2", None),
        ("reachline://conversation/42?send=1", None),
        ("reachline://conversation/../contact/1", None),
        ("reachline://settings/1", None),
        ("reachline://conversation/" + "1" * 65, None),
        ("", None),
    ],
)
def test_what_a_link_leads_to(link: str, place: tuple[str, str] | None) -> None:
    assert place_of(link) == place

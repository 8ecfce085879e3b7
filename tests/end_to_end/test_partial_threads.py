"""In random histories, a thread of which a part is read is decided as the whole one, after every reply."""

from __future__ import annotations

import apsw
import pytest
from database import open_in_memory
from partial_threads import check_same, choose_key_entries, small_numbers, store_people
from random_histories import History, Tally

from desktop.domain.forecast import Forecast
from desktop.domain.history.thread import Thread
from desktop.domain.learning.bridge import learn_from
from desktop.store import conversations

pytestmark = pytest.mark.slow


class StoredHistory(History):
    """Stores what is known before each reply, as the program does."""

    left_out = 0
    db: apsw.Connection

    def forecast_for(self, conversation: str) -> tuple[Forecast, Thread]:
        found, people = self.installation.read(self.customer)
        owners = {c.id: p for c in found for p in people if p.id in c.contact_ids}
        workspace = learn_from(found, {c.id: "c1" for c in found}, owners, self.settings, is_settled=True)
        store_people(self.db, people)
        for one in found:
            conversations.save(self.db, one)
        store_people(self.db, ())
        self.left_out += check_same(self.db, workspace, self.installation.now)
        choose_key_entries(self.db, workspace)
        self.left_out += check_same(self.db, workspace, self.installation.now)
        return super().forecast_for(conversation)


def test_a_part_is_decided_as_the_whole_in_random_histories(pytestconfig: pytest.Config) -> None:
    histories, left_out = 1_000 if pytestconfig.getoption("whole") else 30, 0
    with small_numbers():
        for seed in range(histories):
            history = StoredHistory(4_000_000 + seed, Tally())
            history.db = open_in_memory()
            history.play(steps=20)
            left_out += history.left_out
    assert left_out > histories

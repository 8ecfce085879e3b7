"""What the line about the connection says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from reasons import said

from desktop.engine.views import ConnectionState, ConnectionView, Progress
from desktop.ui.widgets.connection_line import ConnectionLine, connection_text, progress_text

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        (ConnectionView(ConnectionState.CONNECTING), "Connecting to Intercom…"),
        (ConnectionView(ConnectionState.ONLINE), "Connected."),
        (
            ConnectionView(ConnectionState.ONLINE, last_sync_at=NOW - timedelta(minutes=3)),
            "Up to date. Checked 3 min ago.",
        ),
        (
            ConnectionView(ConnectionState.OFFLINE, said("Intercom cannot be reached."), NOW + timedelta(seconds=7)),
            "Offline. Intercom cannot be reached. Trying again in 7 s.",
        ),
        (ConnectionView(ConnectionState.OFFLINE, said("No network."), NOW), "Offline. No network. Trying again now."),
        (
            ConnectionView(ConnectionState.SIGNED_OUT, said("The token was revoked.")),
            "Signed out. The token was revoked.",
        ),
    ],
)
def test_the_connection_is_told_with_reason_and_next_try(view: ConnectionView, shown: str) -> None:
    assert connection_text(view, NOW) == shown


def test_progress_counts_what_is_known() -> None:
    assert progress_text(Progress(120, 300)) == "Loading conversations: 120 of 300"
    assert progress_text(Progress(3, None)) == "Loading conversations: 3"
    assert progress_text(Progress(120, 300, is_older=True)) == "Loading older conversations: 120 of 300"
    assert progress_text(Progress(3, None, is_older=True)) == "Loading older conversations: 3"


def test_a_long_reason_never_widens_the_window(qtbot, theme, ticker) -> None:
    line = ConnectionLine(theme, ticker)
    qtbot.addWidget(line)
    line.resize(240, 30)
    line.show()
    line.show_connection(ConnectionView(ConnectionState.SIGNED_OUT, said("A" * 300)))
    assert line.minimumSizeHint().width() <= 240
    assert "A" * 300 in line.text

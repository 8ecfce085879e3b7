"""SQLite itself: the connection and its thread, migrations, encryption, locks and damaged files."""

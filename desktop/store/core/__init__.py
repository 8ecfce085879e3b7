"""SQLite itself: one connection on one thread, migrations, encryption, locks, damage."""

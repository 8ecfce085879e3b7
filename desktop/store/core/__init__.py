"""SQLite itself: the connections and their threads, migrations, encryption, locks and damaged files."""

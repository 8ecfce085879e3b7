"""SQLite and nothing else: one connection on one thread, migrations, one module per aggregate."""

"""The SQLite database: one connection on one thread, migrations, one module per aggregate."""

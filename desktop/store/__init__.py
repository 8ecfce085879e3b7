"""The SQLite database: one connection that writes and readers beside it, migrations, one module per aggregate."""

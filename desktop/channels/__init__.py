"""One adapter per provider; they do not import each other, only `shared`."""

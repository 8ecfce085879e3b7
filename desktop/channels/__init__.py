"""One adapter per provider; they do not know each other. `http` and `pace` are what they share."""

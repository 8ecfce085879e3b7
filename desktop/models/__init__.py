"""Qt item models and the one ticker; they consume `Changes` and never touch storage or network."""

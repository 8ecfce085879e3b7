"""Everything about one customer: the thread, with its windows, contrary facts and matches with provider messages."""

"""Start-up and shutdown; the only place that knows everyone."""

"""Composition root: builds everything, starts it, shuts it down; the only place that knows everyone."""

"""The messages of a thread: model, view, delegate, selection."""

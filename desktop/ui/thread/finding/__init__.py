"""Finds messages in the thread that is on the screen."""

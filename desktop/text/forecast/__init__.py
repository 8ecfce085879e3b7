"""Sentences of a forecast: the line above the composer, and the warnings before a reply is sent."""

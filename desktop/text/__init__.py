"""Sentences for people, made from codes with parameters. No Qt."""

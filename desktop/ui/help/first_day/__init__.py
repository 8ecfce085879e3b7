"""What helps on the first day: a checklist of what is left to set up, and hints. Imported when one is shown."""

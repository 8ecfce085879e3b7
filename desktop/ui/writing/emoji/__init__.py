"""The table of emoji with their names, the picker, and the list that opens on `:`."""

"""Windows and contrary facts as they follow from everything said and done in a thread."""

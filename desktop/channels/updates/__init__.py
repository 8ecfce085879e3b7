"""Where new versions of the program are published: a manifest at a fixed address, signed by the program's makers."""

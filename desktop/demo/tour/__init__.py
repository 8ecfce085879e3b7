"""The tour: plays the sample workspace's story, takes pictures and checks every forecast."""

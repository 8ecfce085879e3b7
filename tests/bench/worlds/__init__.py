"""Big worlds for the bench: who is in them, how they are stored quickly, and where they are kept between runs."""

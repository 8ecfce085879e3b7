"""Settings pages about the program itself."""

"""The wizard of the first start; each step is checked at once."""

"""What need not be read of a customer's history: most entries of long conversations, most old conversations."""

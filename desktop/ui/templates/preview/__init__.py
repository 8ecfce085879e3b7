"""The preview of a filled template on the customer's phone."""

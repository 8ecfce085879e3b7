"""The template picker: choose a WhatsApp template, fill it in, see it, send it."""

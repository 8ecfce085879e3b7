"""JSON answers of Intercom's API: records, fields left out on request, and differences between versions."""

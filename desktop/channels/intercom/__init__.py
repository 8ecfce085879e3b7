"""Intercom, the trunk: wire types, endpoints, mapping to the domain, and the port."""

"""Tickets: a login for one handshake of a client that sends no cookie. An app of its own."""

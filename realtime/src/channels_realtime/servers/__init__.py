"""Adapters for ASGI servers: what sockets need beyond the ASGI protocol."""

"""The ASGI application: protocols, middleware and routes."""

"""The consumers under test, with their settings and ASGI applications."""

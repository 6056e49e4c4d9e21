"""Check the projects of a starter."""

"""Reports of an examination."""

"""The load generator, which runs in its own process and is faster than the servers under test."""

"""Starters out of git repositories: what an address means, how it is fetched, and where that is kept."""

"""Starters in git repositories: addresses, fetching, and the cache."""

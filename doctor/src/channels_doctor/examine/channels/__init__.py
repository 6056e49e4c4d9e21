"""Consumers, and calls of the channel layer."""

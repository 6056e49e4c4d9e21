"""One rule a file, its page beside it."""

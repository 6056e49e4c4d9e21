"""Code that the linter shares with the commands around it."""

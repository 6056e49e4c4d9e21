"""`chanscaffold doctor`: what is wrong with a Channels project, and what to do."""

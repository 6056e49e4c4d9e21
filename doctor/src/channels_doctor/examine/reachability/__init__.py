"""Which files and consumers of a project something reaches, and which are dead."""

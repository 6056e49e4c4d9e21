"""`starter check`: render every project of a starter, set up and test those that stand for the others."""

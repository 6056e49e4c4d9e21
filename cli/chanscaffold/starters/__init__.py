"""Starters: a team's own answers, questions and files for the template."""

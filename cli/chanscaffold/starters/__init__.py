"""Team starters: what a team's projects have beyond, or instead of, the template's."""

"""Update projects: merge what the template has learned since a project was made."""

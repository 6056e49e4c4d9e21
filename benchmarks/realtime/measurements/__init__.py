"""The measurements. Each function takes a project and a scale, and yields rows of the table."""

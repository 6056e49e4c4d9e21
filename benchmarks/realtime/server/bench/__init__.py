"""What the servers under test run beside the generated project: consumers to compare, and their wiring."""

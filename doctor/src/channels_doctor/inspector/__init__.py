"""Import the project in its own Python, and read the facts that this process writes."""

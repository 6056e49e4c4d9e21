"""What is measured: each function takes the project and the scale, and yields rows of the table."""

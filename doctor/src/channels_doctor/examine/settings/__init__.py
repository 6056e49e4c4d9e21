"""The project's settings, as its files say them and as Django sees them."""

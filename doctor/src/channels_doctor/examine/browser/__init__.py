"""Scripts and templates that run in browsers."""

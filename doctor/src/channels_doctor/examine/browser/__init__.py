"""Scripts and templates that open WebSockets in browsers."""

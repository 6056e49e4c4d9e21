"""Required distributions, and the vendored library."""

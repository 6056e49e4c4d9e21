"""Sample projects and helpers of the tests."""

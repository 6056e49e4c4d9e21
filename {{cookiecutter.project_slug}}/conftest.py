"""Name the library's pytest fixtures, for tests in tests/ and in every app."""

pytest_plugins = ["channels_realtime.testing.fixtures"]

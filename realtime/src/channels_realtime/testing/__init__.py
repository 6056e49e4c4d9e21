"""Fixtures and tools for the tests of a project.

Name the fixtures in the `conftest.py` at the project's root:
`pytest_plugins = ["channels_realtime.testing.fixtures"]`.
"""

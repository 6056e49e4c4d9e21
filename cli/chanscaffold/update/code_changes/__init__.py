"""Modifications of an owner's Python files, one for each change that needs one.

A module has the function `change`, which returns a source text after the modification, and
`RELEVANT`, a text without which a file need not be read. Modules stay for ever: a project may be
updated from any earlier version.
"""

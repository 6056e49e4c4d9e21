"""Configuration of the documentation site."""

import sys
from pathlib import Path

import django
from django.conf import settings

ROOT = Path(__file__).parent.parent

# The sources of the three distributions, which the reference pages describe, and the extension.
for folder in ("docs/_ext", "realtime/src", "doctor/src", "cli"):
    sys.path.insert(0, str(ROOT / folder))

# The library's modules import models.
settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "channels_realtime",
        "channels_realtime.progress",
    ]
)
django.setup()

project = "chanscaffold"
author = "The chanscaffold authors"
project_copyright = author

extensions = ["myst_parser", "sphinx.ext.autodoc", "generated_reference"]
exclude_patterns = ["_build", "_ext"]
nitpicky = True

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

# Docstrings have code between single backticks.
default_role = "code"
toc_object_entries_show_parents = "hide"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
# The signatures name types of packages whose documentation this site does not link to.
nitpick_ignore_regex = [(r"py:.*", r".*")]

# "--fix" is an option, not a dash.
smartquotes = False

html_theme = "furo"
html_title = "chanscaffold"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False

"""Configuration of the documentation site."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

# The sources of the three distributions, which the reference pages describe, and the extension.
for folder in ("docs/_ext", "realtime/src", "doctor/src", "cli"):
    sys.path.insert(0, str(ROOT / folder))

project = "chanscaffold"
author = "The chanscaffold authors"
project_copyright = author

extensions = ["myst_parser", "sphinx.ext.autodoc", "generated_reference"]
exclude_patterns = ["_build", "_ext"]
nitpicky = True

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"
# The signatures name types of packages whose documentation this site does not link to.
nitpick_ignore_regex = [(r"py:.*", r".*")]

html_theme = "furo"
html_title = "chanscaffold"
html_static_path = ["_static"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False

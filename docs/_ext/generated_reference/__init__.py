"""A Sphinx extension that writes reference pages from the code: commands, options, rules.

The pages are Markdown files in reference/commands/ and reference/rules/, which git ignores.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from generated_reference.commands import command_pages
from generated_reference.options import options_page
from generated_reference.pages import write_pages
from generated_reference.rules import rule_pages

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the function that writes the pages before Sphinx looks for its sources."""
    app.connect("builder-inited", write_reference)
    return {"version": "1", "parallel_read_safe": True}


def write_reference(app: Sphinx) -> None:
    """Write the folders commands/ and rules/ of the reference."""
    reference = Path(app.srcdir) / "reference"
    write_pages(reference / "commands", {**command_pages(), "options": options_page()})
    write_pages(reference / "rules", rule_pages())

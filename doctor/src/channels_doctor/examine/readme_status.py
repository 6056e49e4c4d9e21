"""Whether the README of a project calls it a demo, or says that nobody maintains it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .project import Project

# "# Django Channels example", and "A small demo of a chat" as the first words of a text.
TITLE = re.compile(
    r"\W*\b(?:[\w-]+ ){0,5}(?:demo|example|tutorial|sample|toy)(?: project| app| code)?\W*$"
    r"|^(?:an? )(?:[\w-]+ ){0,2}(?:demo|demonstration|example|tutorial|toy|sample)\b",
    re.IGNORECASE | re.MULTILINE,
)
README = re.compile(r"(\.\./)*README(\.\w+)?$", re.IGNORECASE)
# "This repository is a small **demo project**", not "This is a platform with a demo".
IS_DEMO = re.compile(
    r"\bthis (?:(?:project|repo(?:sitory)?|app(?:lication)?|code) )?is (?:just |only |simply )?an? "
    r"(?:(?!(?:and|for|has|of|that|to|which|with) )[\w-]+ ){0,3}"
    r"[*_`]*(?:demo|demonstration|example|tutorial|toy)\b"
    r"|\bthis tutorial (?:covers|explains|is|shows|teaches)\b"
    r"|\bthis (?:project|repo(?:sitory)?) (?:is|has been) (?:now )?[*_`]*"
    r"(?:archived|deprecated|discontinued|frozen|handed in|no longer maintained|submitted"
    r"|unmaintained)\b"
    r"|^(?:this )?project (?:is )?(?:archived|frozen|handed in|submitted)\W*$",
    re.IGNORECASE | re.MULTILINE,
)


def is_demo_or_deprecated(project: Project) -> bool:
    """Return whether a README in or above the project's root calls it a demo, or deprecated."""
    texts = (each.text() for each in project.deployment_files if README.fullmatch(each.path))
    return any(IS_DEMO.search(text) or TITLE.match(text) for text in texts)

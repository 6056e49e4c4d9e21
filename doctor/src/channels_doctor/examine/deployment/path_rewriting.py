"""Whether a deployment changes the path of a request before the application sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..project import Project

# A location of nginx whose proxy_pass has a path of its own.
PROXY_PATH = re.compile(
    r"location\s+(?:[=~^*]+\s+)?(\S+)\s*\{[^{}]*?proxy_pass\s+\w+://[^/;\s]{1,300}(/[^;\s]{0,300})\s*;"
)
OTHER_WAYS = re.compile(
    r"^[^\S\n]*rewrite\s|handle_path|strip_prefix|stripprefix|--root-path|root_path|ProxyPass\s"
    r"|rewrite-target|FORCE_SCRIPT_NAME|pathRewrite",
    re.IGNORECASE | re.MULTILINE,
)


def rewrites_paths(project: Project) -> bool:
    """Return whether a proxy or a setting may change a path."""
    texts = [each.text() for each in project.deployment_files if not each.path.endswith(".md")]
    moved = (match for text in texts for match in PROXY_PATH.finditer(text))
    return any(match[1] != match[2] for match in moved) or any(map(OTHER_WAYS.search, texts))

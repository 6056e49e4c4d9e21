"""Whether a project's sockets are not in use: nothing serves them, and no page opens one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..browser.pages import pages
from .servers import servers

if TYPE_CHECKING:
    from ..project import Project

OPENS = re.compile(r"WebSocket|Sockette|ws-connect|hx-ws|\bwss?:")


@lru_cache(maxsize=1)
def has_unused_sockets(project: Project) -> bool:
    """Return whether the deployment serves WSGI alone and none of the pages opens a socket."""
    started = servers(project)
    texts = [text for _, text in pages(project)]
    is_wsgi = bool(started) and all(each.interface == "wsgi" for each in started)
    return is_wsgi and bool(texts) and not any(map(OPENS.search, texts))

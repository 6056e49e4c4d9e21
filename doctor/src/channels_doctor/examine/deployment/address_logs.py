"""Whether something in front of the sockets logs their whole addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..packages.installs import installed_packages
from .documented_servers import DOCUMENTS
from .matching_files import matching_files

if TYPE_CHECKING:
    from ..project import Project

# uvicorn logs the address of each handshake. So do proxies, and the routers of platforms. Daphne
# logs the path alone, and so does the format of hypercorn.
LOGGING = re.compile(
    rb"^(?![ \t]*#)[^\n]*\b(uvicorn|nginx|traefik|caddy|haproxy|httpd|VirtualHost|ProxyPass"
    rb"|gcloud run|heroku|elasticbeanstalk|kind: *Ingress)\b",
    re.MULTILINE | re.IGNORECASE,
)
FILES = re.compile(
    r"(^|/)(Procfile[^/]*|Caddyfile|(render|app|cloudbuild)\.ya?ml|fly\.toml"
    r"|(railway|nixpacks)\.(json|toml)|Dockerrun\.aws\.json|task-definition\.json|[^/]*nginx[^/]*)$"
)

HOSTS = re.compile(r"\.(herokuapp\.com|onrender\.com|run\.app|appspot\.com|railway\.app)$")


@lru_cache(maxsize=1)
def are_logged(project: Project) -> bool:
    """Return whether the files show a server, a proxy or a platform that logs query strings."""
    files = project.deployment_files
    return (
        any(each.name == "uvicorn" for each in installed_packages(project))
        or any(FILES.search(each.path) for each in files)
        or any(HOSTS.search(str(each)) for each in project.settings["ALLOWED_HOSTS"].items)
        or any(matching_files(project, LOGGING))
        or any(LOGGING.search(each.read() or b"") for each in files if DOCUMENTS.search(each.path))
    )

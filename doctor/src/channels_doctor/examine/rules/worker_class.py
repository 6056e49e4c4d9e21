"""gunicorn serves an ASGI application with a worker for WSGI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from ..channels.api import PROTOCOL_ROUTER
from ..deployment.servers import servers
from ..finding import Finding
from ..python.importable import importable_module

if TYPE_CHECKING:
    from ..project import Project
    from ..python.modules import Module

SEVERITY = "error"
DEPTH = "source"
SYMPTOM = "TypeError: ProtocolTypeRouter.__call__() missing 1 required positional argument: 'send'"

ASGI = ("django.core.asgi.get_asgi_application", PROTOCOL_ROUTER)
WORKER = "uvicorn_worker.UvicornWorker"


def check(project: Project) -> Iterator[Finding]:
    """Find gunicorn with an ASGI module, and no worker class or one for WSGI."""
    for server in servers(project):
        module = importable_module(project, server.module)
        is_gunicorn = server.command.program == "gunicorn"
        if is_gunicorn and server.interface == "wsgi" and module and _is_asgi(module):
            message = (
                f"gunicorn serves `{server.module}` with the `{server.worker}` worker, which calls"
                f" it as WSGI, so every request fails. Use `-k {WORKER}`."
            )
            fix = (
                f"-gunicorn {server.application}\n+gunicorn {server.application} -k {WORKER}"
                "  # pip install uvicorn-worker"
            )
            yield Finding(message, server.location, fix)


def _is_asgi(module: Module) -> bool:
    return any(module.calls(*ASGI)) or module.name.rpartition(".")[2] == "asgi"

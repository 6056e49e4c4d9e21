"""The releases of the Redis clients that stop a read after five seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..channels.unported_code import is_for_older_channels
from ..packages.installs import Installed, installed_packages
from ..packages.python_release import newest_python
from ..packages.requirements import has_lock_file, requirements_for
from ..packages.unknown_installs import is_install_unknown

if TYPE_CHECKING:
    from ..project import Project

REDIS_TIMES_OUT_SINCE = (8,)  # the first redis-py whose default socket_timeout is 5 seconds
PYTHON_OF_REDIS_8 = (3, 10)
VALKEY_TIMES_OUT_SINCE = (6, 1)
# Earlier channels-redis releases use aioredis, and need an older Channels.
USES_REDIS_PY_SINCE = (4,)

KOMBU = {"celery", "kombu"}  # whose extra `redis` excludes the newest releases of redis-py


def _keeps_redis_old(package: Installed) -> bool:
    return package.name in KOMBU and "redis" in package.extras


def client_times_out(project: Project, is_valkey: bool) -> bool | None:
    """Return True for a known version with the limit, False for an allowed one, else None."""
    if is_valkey:
        return True if (project.version("valkey") or ()) >= VALKEY_TIMES_OUT_SINCE else None
    version = project.version("redis")
    if version:
        return True if version >= REDIS_TIMES_OUT_SINCE else None
    if (
        project.facts.get("versions")
        or has_lock_file(project)
        or any(map(_keeps_redis_old, installed_packages(project)))
        or is_for_older_channels(project)
        or not any(requirements_for(project, "channels-redis"))
        or any(
            is_install_unknown(project, each.location.path)
            for each in requirements_for(project, "channels-redis")
        )
    ):
        return None
    wanted = [
        ("redis", REDIS_TIMES_OUT_SINCE),
        ("channels-redis", USES_REDIS_PY_SINCE),
        ("channels", USES_REDIS_PY_SINCE),
    ]
    python = newest_python(project)
    allowed = (not python or python >= PYTHON_OF_REDIS_8) and all(
        each.allows(version) for name, version in wanted for each in requirements_for(project, name)
    )
    return False if allowed else None

"""Distributions that the settings need and that the requirements forget."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..deployment.commands import is_development_file
from ..file_selection import DEPLOYMENT, kind_of
from .installs import installed_packages
from .pinned_versions import is_package_list
from .requirements import is_in_production, requirements_for

if TYPE_CHECKING:
    from ..files import File
    from ..finding import Location
    from ..project import Project

DOCUMENT = re.compile(r"\.(md|rst)$|(^|/)README[^/]*$", re.IGNORECASE)
INCLUDED = re.compile(r"(?m)^[ \t]*(?:-r|--requirement|-c|--constraint)[ \t=]*(\S+)")
OWN_ADDRESS = re.compile(
    r"(?m)^[ \t]*(?:-e[ \t]|--editable|git\+|https?:|[./]+\w)|@[ \t]*(?:git\+|https?:|file:)"
)
# Distributions that may install a layer: extensions of Channels, and apps that come with one.
BRING_LAYER = re.compile(r".*channel|openwisp|django-notifs|django-private-chat|baserow|.*realtime")
# Apps whose distributions have their names, which a list of all that a server needs has too.
APPS = {
    "rest_framework", "rest_framework_simplejwt", "corsheaders", "allauth", "crispy_forms",
    "django_celery_beat", "django_celery_results", "drf_yasg", "drf_spectacular", "storages",
}  # fmt: skip

TABLE_FILES = (".toml", ".cfg", ".py")
DEPENDENCIES = re.compile(r"dependencies|install_requires|\bpackages\b")
CRYPTOGRAPHY = "cryptography"
# Distributions that do not depend on `cryptography`, with these extras.
PLAIN = {
    *("django", "channels", "channels-redis", "redis", "hiredis", "msgpack", "asgiref", "sqlparse"),
    *("gunicorn", "uvicorn", "uvicorn-worker", "uvloop", "httptools", "websockets", "h11"),
    *("psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary", "psycopg-pool", "whitenoise"),
    *("pillow", "celery", "requests", "djangorestframework"),
    *("django-cors-headers", "django-filter"),
    *("django-environ", "environs", "python-dotenv", "python-decouple", "dj-database-url"),
    *("django-redis", "django-celery-beat", "tzdata", "pytz", "typing-extensions", "gevent"),
    "requirements-txt",  # the file
}
PLAIN_EXTRAS = {"standard", "binary", "c", "pool", "hiredis", "redis"}


def forgetting_line(project: Project, distribution: str) -> Location | None:
    """Return the line that requires Channels where certainly nothing installs a distribution.

    None where a file names the distribution in any way, or where the requirements are not known:
    where they lack other apps of the settings, the server has more than they list.
    """
    if project.version(distribution) or not is_in_production(project, "channels"):
        return None
    names = {each.name for each in installed_packages(project)} - {"channels"}
    if any(map(BRING_LAYER.match, names)) or _forgets_apps(project, names):
        return None
    return _line_without(project, distribution)


def line_without_cryptography(project: Project) -> Location | None:
    """Return the line that requires Channels where certainly nothing installs `cryptography`.

    None where a distribution is required that may depend on it, as Daphne does.
    """
    if project.version(CRYPTOGRAPHY) or not is_in_production(project, "channels"):
        return None
    tables = [each for each in project.deployment_files if each.path.endswith(TABLE_FILES)]
    plain = {each.path for each in tables if not DEPENDENCIES.search(each.text())}
    is_known = all(
        (each.name in PLAIN and each.extras <= PLAIN_EXTRAS)
        or each.location.path in plain
        or is_development_file(each.location.path)
        for each in installed_packages(project)
    )
    names = {each.name for each in installed_packages(project)}
    is_known = is_known and not _forgets_apps(project, names)
    return _line_without(project, CRYPTOGRAPHY) if is_known else None


def _line_without(project: Project, distribution: str) -> Location | None:
    """Return the line that requires Channels where no file names a distribution."""
    mention = re.compile(distribution.replace("-", r"[-_.]?"), re.IGNORECASE)
    if any(_may_install(project, file, mention) for file in project.deployment_files):
        return None
    lines = [each.location for each in requirements_for(project, "channels")]
    return next((each for each in lines if not is_development_file(each.path)), None)


def _forgets_apps(project: Project, names: set[str]) -> bool:
    """Return whether the requirements lack an app of the settings: they are no full list."""
    listed = [each.replace("-", "") for each in names]
    apps = {str(each).partition(".")[0] for each in project.settings["INSTALLED_APPS"].items}
    wanted = [each.replace("_", "") for each in apps & APPS]
    return any(all(app not in name for name in listed) for app in wanted)


def _may_install(project: Project, file: File, mention: re.Pattern[str]) -> bool:
    """Return whether a file may install a distribution, or what it installs is not known."""
    if is_package_list(file.path):
        text = file.text()
        is_open = bool(OWN_ADDRESS.search(text)) or not _has_included(project, text)
        return is_open or bool(mention.search(text))
    is_read = kind_of(file.path) == DEPLOYMENT or DOCUMENT.search(file.path)
    return bool(is_read and mention.search(file.text()))


def _has_included(project: Project, text: str) -> bool:
    """Return whether the files that a requirement file includes are there."""
    names = {each.path.rpartition("/")[2] for each in project.deployment_files}
    return all(each.rpartition("/")[2] in names for each in INCLUDED.findall(text))

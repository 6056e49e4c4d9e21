"""The origins that the settings of a project list, for CORS and for forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..project import Project

ORIGIN_HOST = re.compile(r"[\w+.-]+://([\w.-]+)")
ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?$")
ORIGINS = "the origins of the project's own pages, those of development included"
LOCAL = ["localhost", "127.0.0.1"]  # what an empty ALLOWED_HOSTS allows with DEBUG
ALL_PAGES = (
    *("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOWED_ORIGIN_REGEXES"),
    "CORS_ORIGIN_REGEX_WHITELIST",
)
CORS = ("CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST")


def listed_origins(project: Project) -> str:
    """Return a sentence with the origins that other settings list, "" where they list none."""
    lists = (project.settings[name].items for name in (*CORS, "CSRF_TRUSTED_ORIGINS"))
    entries = (str(each).rstrip("/") for listed in lists for each in listed)
    found = dict.fromkeys(each for each in entries if ORIGIN.match(each))
    return f" The settings list {', '.join(found)}." if found else ""


def other_pages(project: Project) -> set[str]:
    """Return the origins whose pages the settings of CORS let use the API."""
    return {str(each) for name in CORS for each in project.settings[name].items}


def has_other_pages(project: Project, hosts: list[Any]) -> bool:
    """Return whether the settings of CORS allow pages of a host that is not among some hosts."""
    if any(project.settings[name].value for name in ALL_PAGES):
        return True
    listed = [project.settings[name] for name in CORS if project.settings[name].is_set]
    own = [each for each in hosts if isinstance(each, str)] or LOCAL
    origins = [origin for each in listed for origin in each.items]
    is_known = all(each.is_complete for each in listed)
    return not is_known or not all(_is_allowed(str(origin), own) for origin in origins)


def _is_allowed(origin: str, hosts: list[str]) -> bool:
    """Return whether the host of an origin is one of some hosts, or below `.example.com`."""
    found = ORIGIN_HOST.match(origin)
    host = found[1] if found else ""
    return any(f".{host}".endswith(each) if each[:1] == "." else host == each for each in hosts)

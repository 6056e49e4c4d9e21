"""Whether other subdomains belong to the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .deployed_settings import settings_named
from .listed_origins import CORS

if TYPE_CHECKING:
    from ..project import Project

HOST = re.compile(r"(?:[\w+.-]+://)?(?:\*\.)?([\w.-]+)")
ADDRESS = re.compile(r"[\d.]+")
# Domains whose subdomains belong to different owners: browsers count each as a site of its own.
SHARED = re.compile(
    r"\.(herokuapp\.com|onrender\.com|run\.app|appspot\.com|railway\.app|fly\.dev|vercel\.app"
    r"|netlify\.app|pages\.dev|pythonanywhere\.com|azurewebsites\.net|elasticbeanstalk\.com"
    r"|amazonaws\.com|cloudfront\.net|ngrok\.io|ngrok-free\.app|github\.io|koyeb\.app)$"
)
SECOND_LEVEL = re.compile(r"\.(ac|co|com|edu|gob|gov|ne|net|or|org)\.[a-z]{2}$")


def has_subdomains(project: Project) -> bool:
    """Return whether a host of the settings, or the session cookie, belongs to subdomains."""
    cookies = settings_named(project, "SESSION_COOKIE_DOMAIN")
    names = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", *CORS)
    listed = [each for name in names for each in settings_named(project, name)]
    is_shared = any(isinstance(each.value, str) and each.value for each in cookies)
    return is_shared or any(_is_subdomain(str(host)) for each in listed for host in each.items)


def _is_subdomain(host: str) -> bool:
    """Return whether a host is a subdomain of its owner's domain, and not `www`."""
    found = HOST.match(host)
    name = found[1].lower() if found else ""
    if not name or ADDRESS.fullmatch(name) or SHARED.search(f".{name}"):
        return False
    labels = [each for each in name.split(".") if each]
    own = 3 if SECOND_LEVEL.search(name) else 2  # the labels of the owner's domain
    is_wildcard = host.startswith(".") and len(labels) >= own
    return is_wildcard or (len(labels) > own and labels[0] != "www")

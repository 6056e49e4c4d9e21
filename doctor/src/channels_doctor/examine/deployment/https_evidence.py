"""Whether a project's files say that its site is served over HTTPS."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..python.definitions import assigned_names
from ..python.expressions import constant_value
from .matching_files import matching_files

if TYPE_CHECKING:
    from ..project import Project

# Settings that only matter over HTTPS, and those that list origins with their schemes.
SECURE = re.compile(r"^(SECURE_\w+|\w+_COOKIE_SECURE)$")
ORIGINS = re.compile(r"^(CSRF_TRUSTED_ORIGINS|CORS_\w*(ORIGINS|WHITELIST))$")
# An origin, but not that of the own computer, nor `https://yourdomain.com`.
HTTPS_ORIGIN = re.compile(r"https://(?!localhost\b|127\.|(?:[\w-]+\.)?your)")
TLS = re.compile(
    rb"\bssl_certificate\b|\blisten\b[^;\n]*\b443\b|\b443:\d|letsencrypt|certbot|\bacme\b"
    rb"|--ssl-(?:keyfile|certificate)|websecure|force_https|X-Forwarded-Proto\W+https\b",
    re.IGNORECASE,
)
# Platforms whose addresses are served over HTTPS.
PLATFORM_FILES = re.compile(r"(^|/)(Procfile|render\.yaml|app\.yaml)$")


@lru_cache(maxsize=1)
def is_served_over_https(project: Project) -> bool:
    """Return whether a setting, a deployment file or the platform of one means HTTPS."""
    files = project.deployment_files
    if any(PLATFORM_FILES.search(each.path) for each in files) or any(matching_files(project, TLS)):
        return True
    return any(_means_https(node) for _, node in project.find_all(ast.Assign))


def _means_https(assignment: ast.Assign) -> bool:
    names = assigned_names(assignment)
    if any(map(SECURE.match, names)):
        value = assignment.value
        return not isinstance(value, ast.Constant) or bool(constant_value(value))
    strings = (constant_value(each) for each in ast.walk(assignment.value))
    is_https = (isinstance(each, str) and HTTPS_ORIGIN.match(each) for each in strings)
    return any(map(ORIGINS.match, names)) and any(is_https)

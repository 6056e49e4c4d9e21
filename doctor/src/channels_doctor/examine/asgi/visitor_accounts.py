"""How visitors sign in: by a session, by a token alone, or not at all."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from ..project import Project

# What signs visitors in: functions, views, and packages of Django and others.
SIGN_IN = re.compile(
    r"^(django\.contrib\.auth\.(a?login|a?authenticate|views|urls|forms)\b|allauth|rest_framework"
    r"|knox|social_django|djoser|mozilla_django_oidc)"
)
# What signs them in by a session. The pages of the admin are for the staff.
SESSION_SIGN_IN = re.compile(
    r"^(django\.contrib\.auth\.(a?login|views|urls)\b|allauth|dj_rest_auth|rest_auth"
    r"|social(_django|_core|\.)|rest_framework\.urls|mozilla_django_oidc|django_cas"
    r"|djangosaml2|oauth2_provider)"
)
AUTH_MODULE = "django.contrib.auth"  # `auth.login()`
CLASSES = "DEFAULT_AUTHENTICATION_CLASSES"
TOKEN = re.compile(r"Token|JWT")
READS_SESSION = "SessionAuthentication"  # which signs nobody in


def has_accounts(project: Project) -> bool:
    """Return whether visitors can sign in: without accounts, a session is of nobody known."""
    return any(map(SIGN_IN.search, [*_imports(project), *_texts(project)]))


def has_no_sessions(project: Project) -> bool:
    """Return whether the API signs visitors in by tokens alone, and nothing does by a session."""
    setting = project.settings["REST_FRAMEWORK"]
    classes = setting.value.get(CLASSES) if isinstance(setting.value, dict) else None
    others = [str(each) for each in classes or [] if not TOKEN.search(str(each))]
    is_only_session = all(each.endswith(READS_SESSION) for each in others)
    if not is_only_session or len(others) == len(classes or []):
        return False
    imports = list(_imports(project))
    return AUTH_MODULE not in imports and not any(
        map(SESSION_SIGN_IN.search, [*imports, *_texts(project)])
    )


def _imports(project: Project) -> Iterator[str]:
    return (name for module in project.production_modules for name in module.imports.values())


def _texts(project: Project) -> Iterator[str]:
    constants = (each.value for _, each in project.find_all(ast.Constant))
    return (each for each in constants if isinstance(each, str))

"""Which pages' handshakes carry the cookies that tell who the visitor is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..packages.requirements import is_older
from ..python.definitions import assigned_names
from ..python.expressions import keyword, method_name, subscript_key
from ..settings.deployed_settings import settings_named

if TYPE_CHECKING:
    from ..project import Project
    from ..python.references import References

SAME_SITE = {"lax", "strict"}
LAX_SINCE = (2, 1)  # of Django: the default of SESSION_COOKIE_SAMESITE
SESSION_COOKIE = {"sessionid", "SESSION_COOKIE_NAME"}
JWT_COOKIE = "JWT_AUTH_COOKIE"  # the setting of dj-rest-auth, without which it sets no cookie


def are_sent_to_every_site(project: Project, wrappers: References) -> bool:
    """Return whether a page of another site gets the visitor's cookies into its handshake.

    Browsers send a cookie with SameSite=Lax or Strict only for pages of the same site: for those
    of its other subdomains and ports, too. `wrappers` are the references of the own middleware.
    """
    is_own = wrappers.uses_cookies and not SESSION_COOKIE & (wrappers.names | wrappers.texts)
    return _session_is_sent(project) or (is_own and _own_cookies_are_sent(project))


def have_no_name(project: Project, wrappers: References) -> bool:
    """Return whether middleware reads the cookie of dj-rest-auth, and no setting names one."""
    is_read = any(
        name.startswith("dj_rest_auth.") and name.endswith(JWT_COOKIE) for name in wrappers.names
    )
    if not is_read or SESSION_COOKIE & (wrappers.names | wrappers.texts):
        return False
    keys = (each.value for _, each in project.find_all(ast.Constant))
    names = (name for _, each in project.find_all(ast.Assign) for name in assigned_names(each))
    return JWT_COOKIE not in keys and JWT_COOKIE not in names


def _session_is_sent(project: Project) -> bool:
    if is_older(project, "django", LAX_SINCE) or _changes_attribute(project):
        return True
    return any(
        each.is_set and not _is_same_site(each.node, ast.Constant(each.value))
        for each in settings_named(project, "SESSION_COOKIE_SAMESITE")
    )


def _changes_attribute(project: Project) -> bool:
    """Return whether code sets the attribute of a cookie: `response.cookies[…]["samesite"]`."""
    return any(
        subscript_key(target) == "samesite" and not _is_same_site(each.value)
        for _, each in project.find_all(ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Subscript)
    )


def _own_cookies_are_sent(project: Project) -> bool:
    """Return whether cookies that are not the session's may have no such attribute."""
    calls = [call for _, call in project.find_all(ast.Call) if method_name(call) == "set_cookie"]
    return not calls or not all(_is_same_site(keyword(each, "samesite")) for each in calls)


def _is_same_site(*expressions: ast.AST | None) -> bool:
    """Return whether expressions have one of the strict values, in each of their branches."""
    nodes = (node for each in expressions if each for node in ast.walk(each))
    values = {str(each.value).lower() for each in nodes if isinstance(each, ast.Constant)}
    return bool(SAME_SITE & values) and not {"none", "false"} & values

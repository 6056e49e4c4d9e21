"""The kinds of the databases that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..packages.installs import installed_packages
from .deployed_settings import deployed_settings

if TYPE_CHECKING:
    from ..project import Project

# Packages that only a project with a database server installs.
DRIVERS = ("psycopg", "mysql", "pymysql", "oracledb", "cx-oracle", "mssql", "dj-database-url")


def is_sqlite(databases: Any) -> bool:
    """Return whether the default database of a setting is certainly SQLite."""
    default = databases.get("default") if isinstance(databases, dict) else None
    engine = default.get("ENGINE") if isinstance(default, dict) else None
    return isinstance(engine, str) and engine.endswith(("sqlite3", "spatialite"))


def uses_only_sqlite(project: Project) -> bool:
    """Return whether no other database can be in use, by the settings and the requirements."""
    names = {each.name for each in installed_packages(project)}
    if not names or any(each.startswith(DRIVERS) for each in names):
        return False
    known = [project.settings, *deployed_settings(project)]
    return all(is_sqlite(each["DATABASES"].value) for each in known)

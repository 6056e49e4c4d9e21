"""A table of a TOML file, read key by key, with errors that say where."""

from __future__ import annotations

from typing import Any

from channels_doctor.support.errors import Refused
from chanscaffold.suggestions import suggest


class Table:
    """A table of a TOML file, whose values are asked for by key and type; `name` is how messages call it."""

    def __init__(self, entries: Any, file: str, path: tuple[str, ...] = ()) -> None:
        self.file, self.path = file, path
        self.name = f"{file}: [{'.'.join(path)}]" if path else file
        if not isinstance(entries, dict):
            raise Refused(f"{self.name} must be a table.")
        self.entries: dict[str, Any] = entries

    def allow(self, keys: tuple[str, ...]) -> None:
        """Refuse a key that is not one of these."""
        for key in self.entries:
            if key not in keys:
                raise Refused(
                    f"{self.name}: there is no key {key!r:.80}; {suggest(key, keys, 'keys')}"
                )

    def forbid(self, keys: tuple[str, ...], reason: str) -> None:
        """Refuse keys that contradict others."""
        for key in keys:
            if key in self.entries:
                raise Refused(f"{self.name}: leave out {key}: {reason}.")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text of one line; without a default it must be there, and not be empty."""
        value = self.entries.get(key, default)
        if value is None:
            raise Refused(f"{self.name}: {key} is missing.")
        if (
            not isinstance(value, str)
            or not value.isprintable()
            or (default is None and not value.strip())
        ):
            raise Refused(f"{self.name}: {key} {value!r:.80} must be a text in one line.")
        return value

    def texts(self, key: str) -> list[str]:
        """Return a list of texts, empty if it is not there."""
        value = self.entries.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(each, str) and each.isprintable() for each in value
        ):
            raise Refused(f"{self.name}: {key} must be a list of texts, each in one line.")
        return value

    def table(self, key: str) -> Table:
        """Return a table inside this one, empty if it is not there."""
        return Table(self.entries.get(key, {}), self.file, (*self.path, key))

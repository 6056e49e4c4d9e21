"""Read a table of a TOML file key by key, with errors that name the file and the table."""

from __future__ import annotations

from typing import Any

from channels_doctor.support.errors import Refused
from chanscaffold.suggestions import suggest


class Table:
    """A table of a TOML file; `name` is how messages call it."""

    def __init__(self, entries: Any, file: str, path: tuple[str, ...] = ()) -> None:
        self.file, self.path = file, path
        self.name = f"{file}: [{'.'.join(path)}]" if path else file
        if not isinstance(entries, dict):
            raise Refused(f"{self.name} must be a table.")
        self.entries: dict[str, Any] = entries

    def check_keys(self, known: tuple[str, ...]) -> None:
        """Refuse an unknown key."""
        for key in self.entries:
            if key not in known:
                raise Refused(
                    f"{self.name}: there is no key {key!r:.80}; {suggest(key, known, 'keys')}"
                )

    def forbid(self, keys: tuple[str, ...], reason: str) -> None:
        """Refuse keys that contradict others."""
        for key in keys:
            if key in self.entries:
                raise Refused(f"{self.name}: leave out {key}: {reason}.")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text of one line; without a default, the text must exist and not be empty."""
        value = self.entries.get(key, default)
        if value is None:
            raise Refused(f"{self.name}: {key} is missing.")
        is_line = isinstance(value, str) and value.isprintable()
        if not is_line or (default is None and not value.strip()):
            raise Refused(f"{self.name}: {key} {value!r:.80} must be a text of one line.")
        return str(value)

    def texts(self, key: str) -> list[str]:
        """Return a list of texts, empty if it does not exist."""
        value = self.entries.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(item, str) and item.isprintable() for item in value
        ):
            raise Refused(f"{self.name}: {key} must be a list of texts of one line.")
        return value

    def table(self, key: str) -> Table:
        """Return a table inside this one, empty if it does not exist."""
        return Table(self.entries.get(key, {}), self.file, (*self.path, key))

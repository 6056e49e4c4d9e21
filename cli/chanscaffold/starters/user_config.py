"""The user's file with the names of starters and the trusted sources."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import platformdirs

from channels_doctor.support.errors import CommandError, Refused
from chanscaffold.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class UserConfig(NamedTuple):
    """The content of the file.

    `names` contains the folder or address of each named starter. `trusted` contains the sources
    that are used without a question, addresses without a ref.
    """

    names: dict[str, str]
    trusted: list[str]

    @classmethod
    def read(cls) -> UserConfig:
        """Return the content, empty without a file; Refused if the file is broken."""
        try:
            with open(_path(), encoding="utf-8") as file:
                entries = json.load(file)
        except (FileNotFoundError, NotADirectoryError):
            return cls({}, [])
        except OSError as error:
            reason = f"cannot be read: {error.strerror}"
        except (ValueError, RecursionError) as error:
            reason = f"is not valid JSON: {error}"
        else:
            if _is_valid(entries):
                return cls(**entries)
            reason = 'must contain {"names": {NAME: SOURCE}, "trusted": [SOURCE]}'
        raise Refused(f"{_path()} {reason}: repair or delete it.")

    @classmethod
    @contextmanager
    def edit(cls) -> Iterator[UserConfig]:
        """Give the content for a change, and write it after the block unless the block fails.

        Other processes wait meanwhile, so do not prompt inside the block. Raise CommandError if the
        file cannot be written.
        """
        try:
            with _lock():
                config = cls.read()
                yield config
                # ASCII also represents paths that are not valid text.
                text = json.dumps(config._asdict(), indent=2) + "\n"
                replace_file(_path(), text.encode())
        except OSError as error:
            raise CommandError(
                f"{_path()} cannot be written: {error.strerror}. Nothing was changed."
            ) from error

    def trust(self, sources: Iterable[str]) -> None:
        """Add sources to the trusted ones."""
        self.trusted.extend(source for source in sources if source not in self.trusted)


def _is_valid(entries: Any) -> bool:
    """Return whether parsed JSON has the form of the file."""
    if not isinstance(entries, dict) or set(entries) != set(UserConfig._fields):
        return False
    names, trusted = entries["names"], entries["trusted"]
    if not isinstance(names, dict) or not isinstance(trusted, list):
        return False
    return all(isinstance(source, str) for source in (*names.values(), *trusted))


def _path() -> str:
    folder = platformdirs.user_config_dir("chanscaffold", appauthor=False)
    return os.path.join(folder, "starters.json")


@contextmanager
def _lock() -> Iterator[None]:
    """Wait for other processes, with a file of its own because the other file is replaced."""
    os.makedirs(os.path.dirname(_path()), exist_ok=True)
    with open(f"{_path()}.lock", "w", encoding="utf-8") as lock:
        # Without locks on Windows, the later of two writers wins.
        with suppress(ImportError):
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""The names that the user gave to starters, and the sources that are trusted: a file in the configuration directory."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import platformdirs

from channels_doctor.support.errors import ChanscaffoldError, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Registry(NamedTuple):
    """What the file says.

    `names` holds the folder or git address that each name stands for; `trusted` the sources, as `Origin.source` has
    them and so without a ref, that are used without asking.
    """

    names: dict[str, str]
    trusted: list[str]

    @classmethod
    def read(cls) -> Registry:
        """Return what the file says, nothing if there is none; Refused if it cannot be read."""
        try:
            with open(_file(), encoding="utf-8") as file:
                entries = json.load(file)
        except (FileNotFoundError, NotADirectoryError):
            return cls({}, [])
        except OSError as error:
            raise Refused(
                f"{_file()} cannot be read: {error.strerror}: mend or delete it."
            ) from error
        except (ValueError, RecursionError) as error:
            raise Refused(f"{_file()} is not JSON: {error}: mend or delete it.") from error
        if not _is_registry(entries):
            raise Refused(
                f'{_file()} must hold {{"names": {{NAME: SOURCE}}, "trusted": [SOURCE]}}: mend or delete it.'
            )
        return cls(**entries)

    @classmethod
    @contextmanager
    def edit(cls) -> Iterator[Registry]:
        """Give what the file says, and write it back, changed, unless an error is raised.

        Who else wants to edit it waits meanwhile, so do not ask the user inside. Raise ChanscaffoldError if it cannot
        be written.
        """
        with _written_or_said(), _lock():
            registry = cls.read()
            yield registry
            # In ASCII, which also holds paths that are no valid text.
            _write(json.dumps(registry._asdict(), indent=2) + "\n")

    def trust(self, sources: Iterable[str]) -> None:
        """Add sources to the trusted ones."""
        for source in sources:
            if source not in self.trusted:
                self.trusted.append(source)


def _is_registry(entries: Any) -> bool:
    """Return whether what was read has the form of what we write."""
    if not isinstance(entries, dict) or set(entries) != set(Registry._fields):
        return False
    names, trusted = entries["names"], entries["trusted"]
    return (
        isinstance(names, dict)
        and isinstance(trusted, list)
        and all(isinstance(each, str) for each in (*names.values(), *trusted))
    )


def _file() -> str:
    return os.path.join(
        platformdirs.user_config_dir("chanscaffold", appauthor=False), "starters.json"
    )


@contextmanager
def _written_or_said() -> Iterator[None]:
    """Say in a sentence why the file cannot be written."""
    try:
        yield
    except OSError as error:
        raise ChanscaffoldError(
            f"{_file()} cannot be written: {error.strerror}; nothing was changed."
        ) from error


@contextmanager
def _lock() -> Iterator[None]:
    """Keep other processes from editing; the lock is on a file of its own, because the other one is replaced."""
    os.makedirs(os.path.dirname(_file()), exist_ok=True)
    with open(f"{_file()}.lock", "w", encoding="utf-8") as lock:
        with suppress(
            ImportError
        ):  # Windows has no such lock: of two at once the later wins, whole.
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(text: str) -> None:
    """Replace the file by a complete one; where it is a link, to a folder of settings perhaps, the link stays."""
    place = os.path.realpath(_file())
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(place), prefix="starters-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, place)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise

"""Read what a project records about its generation: .chanscaffold.toml."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from channels_doctor.support.errors import Refused
from chanscaffold.toml_text import parse_toml_text
from chanscaffold.update.base_archive import RECORD

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_RECORD_BYTES = 100_000
COMMIT_DIGITS = 12  # in a message


class Record(NamedTuple):
    """The number of the last change that a project has, its answers, and its starters.

    Each starter has a `name` and a `commit`; the base is the first.
    """

    change: int
    answers: dict[str, Any]
    starters: list[dict[str, str]]

    @property
    def slug(self) -> str:
        """The name of the distribution."""
        return str(self.answers["project_slug"])


def read_record(project: str) -> Record:
    """Return the record of the project in a folder; Refused if there is none, or it is invalid."""
    path = os.path.join(project, RECORD)
    try:
        if os.path.islink(path):
            raise Refused(f"{path} is a link: restore the file from git.")
        with open(path, "rb") as file:
            content = file.read(MAX_RECORD_BYTES)
    except FileNotFoundError as error:
        raise Refused(
            f"{project} is not a generated project, because it has no {RECORD}: give the path of "
            "one, or restore the file from git."
        ) from error
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error
    return parse_record(content, path)


def parse_record(content: bytes, path: str) -> Record:
    """Return the record in a text; Refused, with the name of the file, if it is invalid."""
    table = parse_toml_text(content, path)
    change, answers = table.get("change"), table.get("answers")
    starters = table.get("starters", [])
    if not isinstance(change, int) or isinstance(change, bool) or change < 0:
        raise _invalid(path, "`change` must be the number of a change")
    if not isinstance(answers, dict) or not isinstance(answers.get("project_slug"), str):
        raise _invalid(path, "[answers] must have a project_slug")
    if not isinstance(starters, list) or not all(map(_is_starter, starters)):
        raise _invalid(path, "each of [[starters]] must have a name and a commit")
    return Record(change, answers, starters)


def describe_version(content: bytes) -> str:
    """Return the template's version in a valid record, with its commit if that is known."""
    table = parse_toml_text(content, RECORD)
    commit = f" (commit {table['commit'][:COMMIT_DIGITS]})" if "commit" in table else ""
    return f"{table['version']}{commit}"


def check_change(record: Record, changes: Sequence[object]) -> None:
    """Refuse a project that a newer template has made."""
    if record.change > len(changes):
        raise Refused(
            f"{RECORD} has change {record.change}, and this template knows {len(changes)}: a newer "
            "chanscaffold has made or updated the project, so upgrade this one."
        )


def _is_starter(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(key), str) for key in ("name", "commit")
    )


def _invalid(path: str, rule: str) -> Refused:
    return Refused(f"{path}: {rule}: restore the file from git.")

"""Find the source of a starter's name, and of the starters that a project records."""

from __future__ import annotations

from channels_doctor.support.errors import Refused
from chanscaffold.starters.git.address import COMMIT_HASH, parse_address
from chanscaffold.starters.user_config import UserConfig


def resolve_name(request: str) -> str | None:
    """Return the source of NAME, or of NAME@REF with this ref; None if the user has no such name.

    Raise Refused for a ref if the source is a folder.
    """
    name, at, ref = request.partition("@")
    source = UserConfig.read().names.get(name)
    if source is None or not at:
        return source
    address = parse_address(source)
    if address is None:
        raise Refused(
            f"{name} is the folder {source}, which has no versions: leave out @{ref}, or check it "
            "out there."
        )
    return f"{address.text}@{ref}"


def find_recorded(name: str, commit: str) -> str:
    """Return the source of a starter that a project records, at its commit.

    A folder is used as it is now. Raise Refused if the user has no such name.
    """
    source = UserConfig.read().names.get(name)
    if source is None:
        raise Refused(
            f"The project has the starter {name!r:.80}, which has no source here: give --starter, "
            f"or run `chanscaffold starter add {name:.80} SOURCE`."
        )
    address = parse_address(source)
    has_commit = address is not None and COMMIT_HASH.fullmatch(commit)
    return f"{address.text}@{commit}" if address and has_commit else source

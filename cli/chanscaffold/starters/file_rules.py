"""The rules for the files of a starter: their places, sizes and names."""

from __future__ import annotations

from channels_doctor.support.errors import Refused

MANIFEST = "starter.toml"
OVERLAY = "overlay"
HOOKS = "hooks"
PATCH = ".patch"

MAX_MANIFEST_BYTES = 64 * 1024
MAX_FILES = 1000  # in the overlay
MAX_NAME_BYTES = 240  # of a file in the overlay, with its folders
MAX_FILE_BYTES = 4 * 1024 * 1024
MAX_TOTAL_BYTES = 16 * 1024 * 1024

# What chanscaffold and git write into a project.
RESERVED = {
    ".chanscaffold-base.zip": "it contains the project's files as they were rendered",
    ".chanscaffold.toml": "it records how the project was made",
    ".chanscaffold.log": "set-up writes it",
    ".env": "set-up makes it, and it contains secrets: change .env.example",
    ".git": "it is the project's own history",
    ".venv": "set-up makes it",
    "channels_realtime": "it is the library, the same in every project: use it in your own modules",
}
# What ends a path on some system, or is code in a template.
FORBIDDEN = ("\\", "{{", "{%", "{#", "#%", ":", "*", "?", '"', "<", ">", "|")


def check_name(name: str, place: str) -> None:
    """Refuse a file name that leads out of a project, or that a starter must not change.

    `place` says in messages where the name is from.
    """
    check_length(name, place)
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise Refused(
            f"{place}: {name!r:.200} must be a path inside the project, such as docs/team.md."
        )
    if not name.isprintable() or any(text in name for text in FORBIDDEN):
        raise Refused(
            f"{place}: {name!r:.200} must not contain control characters or {' '.join(FORBIDDEN)}"
        )
    spelling = ".git" if ".git" in (part.lower() for part in parts) else parts[0]
    if spelling.lower() in RESERVED:
        reason = RESERVED[spelling.lower()]
        raise Refused(f"{place}: a starter cannot change {spelling}: {reason}.")


def check_length(name: str, place: str) -> None:
    """Refuse a name that is too long for some file system, or too deep to be walked through."""
    length = len(name.encode(errors="surrogateescape"))
    if length > MAX_NAME_BYTES:
        raise Refused(
            f"{place}: the name {name!r:.80} has {length} bytes, and the limit is {MAX_NAME_BYTES}."
        )


def check_sizes(sizes: dict[str, int], place: str) -> None:
    """Refuse too many or too large files in an overlay; `sizes` are in bytes, by name."""
    for name, size in sizes.items():
        if size > MAX_FILE_BYTES:
            raise Refused(
                f"{place}: {name} has {size} bytes, and the limit is {MAX_FILE_BYTES >> 20} MiB."
            )
    if len(sizes) > MAX_FILES or sum(sizes.values()) > MAX_TOTAL_BYTES:
        raise Refused(
            f"{place} is too large: the limits are {MAX_FILES} files and "
            f"{MAX_TOTAL_BYTES >> 20} MiB."
        )


def refuse_link(name: str, place: str, kind: str = "link") -> Refused:
    """Return the error for a link, or something else that is not a file."""
    return Refused(f"{place}: {name!r:.200} is a {kind}, and a starter contains only files.")


def check_manifest_size(size: int, place: str) -> None:
    """Refuse a large starter.toml; `size` is in bytes."""
    if size > MAX_MANIFEST_BYTES:
        raise Refused(
            f"{place}: {MANIFEST} has {size} bytes, and the limit is {MAX_MANIFEST_BYTES}."
        )


def refuse_hooks(place: str) -> Refused:
    """Return the error for a starter with hooks."""
    return Refused(f"{place}: a starter cannot have hooks: write code in the project instead.")

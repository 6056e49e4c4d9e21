"""Parse git addresses."""

from __future__ import annotations

import re
from typing import NamedTuple

from channels_doctor.support.errors import Refused

# Those of Cookiecutter.
ABBREVIATIONS = {
    "gh": "https://github.com/{}.git",
    "gl": "https://gitlab.com/{}.git",
    "bb": "https://bitbucket.org/{}",
}
SCHEMES = ("https", "http", "ssh", "git", "file")
FORMS = "gh:, gl: or bb:OWNER/NAME, https://, http://, ssh://, git:// or file:/// and git@HOST:PATH"

COMMIT_HASH = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")

# As for git, an address has a colon before its first slash; one letter is a drive of Windows.
_ADDRESS = re.compile(r"[^/\\]{2,}:")
_FORM = re.compile(
    r"(?P<start>(?P<scheme>[^:/@]*)://(?P<authority>[^/]*)|(?P<short>gh|gl|bb):"
    r"|(?P<user>[^:/@]*)@(?P<host>[^:/@]*):)(?P<path>.*)",
    re.DOTALL,
)
_HOST = re.compile(r"(?!-)[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_OWNER_AND_NAME = re.compile(r"[\w.-]+(/[\w.-]+)+", re.ASCII)
# A secret before the "@" of a host: a password after a colon, or a token as the user.
_SECRET = re.compile(r".*:|gh[a-z]_|github_pat_|glpat-", re.DOTALL)
# The rules of `git check-ref-format`, except for "@" and control characters.
_INVALID_REF = re.compile(r"^$|^[-/.]|[/.]$|\.\.|//|/\.|[~^:?*\[]|\.lock(/|$)")


class Address(NamedTuple):
    """The address of a starter's repository.

    `text` is the user's own address without the ref, and `url` is the address for git. `ref` is a
    tag, a branch or the full hash of a commit, and empty for the default branch.
    """

    text: str
    url: str
    ref: str


def parse_address(text: str) -> Address | None:
    """Return a git address, or None for a path or a name; Refused for an invalid address.

    The ref follows the last "@" of the path. A path with an "@" and without a ref needs %40.
    """
    if not _ADDRESS.match(text):
        return None
    form = _FORM.fullmatch(text)
    if form is None or form["scheme"] not in (None, *SCHEMES):
        kind = (form["scheme"] + "://") if form else text.partition(":")[0] + ":"
        raise Refused(f"{kind!r:.80} is not supported: use {FORMS}, or the path of a folder.")
    _refuse_secret(form)
    if not text.isprintable() or " " in text or "\\" in text:
        raise Refused(
            f"The address {text!r:.200} must not contain spaces, control characters or backslashes."
        )
    path, ref = _split_ref(form["path"], text)
    _check_host_and_path(form, path, text)
    address = form["start"] + path
    url = ABBREVIATIONS[form["short"]].format(path) if form["short"] else address
    return Address(address, url, ref)


def _refuse_secret(form: re.Match[str]) -> None:
    """Refuse an address with a secret, in a message without it."""
    scheme, user = form["scheme"], (form["authority"] or "").rpartition("@")[0]
    if _SECRET.match(user) or (scheme in ("https", "http") and re.search("[?#]", form["path"])):
        raise Refused(
            "A starter's address is shown and kept, so it must not contain a password, a token or "
            "a query: let git's credential helper keep the password (`git help credentials`)."
        )


def _split_ref(path: str, text: str) -> tuple[str, str]:
    """Return the path without its ref, and the ref; Refused for one that git does not allow."""
    if "@" not in path:
        return path, ""
    path, _, ref = path.rpartition("@")
    if _INVALID_REF.search(ref):
        raise Refused(
            f"The address {text!r:.200} must have a tag, a branch or a full commit hash after its "
            "last '@'."
        )
    return path, ref


def _check_host_and_path(form: re.Match[str], path: str, text: str) -> None:
    """Refuse a host or a path that is missing, or that a program could read as an option."""
    if form["short"]:
        is_valid = bool(_OWNER_AND_NAME.fullmatch(path))
        rule = f"have the form {form['short']}:acme/starter or {form['short']}:acme/starter@v3"
    elif form["scheme"] == "file":
        is_valid = not form["authority"] and path.strip("/") != ""
        rule = "have the form file:///srv/git/starter.git, with three slashes"
    else:
        is_valid = _has_host(form) and path.strip("/") != "" and not path.startswith("-")
        rule = f"name a host and a path: use {FORMS}"
    if not is_valid:
        raise Refused(f"The address {text!r:.200} must {rule}.")


def _has_host(form: re.Match[str]) -> bool:
    """Return whether there is a host, and a user if there is an "@"."""
    authority = f"{form['user']}@{form['host']}" if form["authority"] is None else form["authority"]
    user, at, host = authority.rpartition("@")
    return bool(_HOST.fullmatch(host)) and (not at or (user != "" and not user.startswith("-")))

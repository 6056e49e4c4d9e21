"""Git addresses: which texts are one, what git gets of them, and which of a repository's versions is meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from channels_doctor.support.errors import Refused

# As in Cookiecutter.
ABBREVIATIONS = {
    "gh": "https://github.com/{}.git",
    "gl": "https://gitlab.com/{}.git",
    "bb": "https://bitbucket.org/{}",
}
SCHEMES = ("https", "http", "ssh", "git", "file")
FORMS = "gh:, gl: or bb:OWNER/NAME, https://, http://, ssh://, git:// or file:/// and git@HOST:PATH"

HASH = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")  # of a commit, in full

# A colon in front of the first slash makes an address, as it does for git; one letter is a drive of Windows.
_ADDRESS = re.compile(r"[^/\\]{2,}:")
_FORM = re.compile(
    r"(?P<start>(?P<scheme>[^:/@]*)://(?P<authority>[^/]*)|(?P<short>gh|gl|bb):|(?P<user>[^:/@]*)@(?P<host>[^:/@]*):)"
    r"(?P<path>.*)",
    re.DOTALL,
)
_HOST = re.compile(r"(?!-)[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_OWNER_AND_NAME = re.compile(r"[\w.-]+(/[\w.-]+)+", re.ASCII)
# What stands in front of a host's "@" and is a secret: the password after a colon, or a token in the user's place.
_SECRET = re.compile(r".*:|gh[a-z]_|github_pat_|glpat-", re.DOTALL)
# The rules of `git check-ref-format`; "@" and control characters never come this far.
_BAD_REF = re.compile(r"^$|^[-/.]|[/.]$|\.\.|//|/\.|[~^:?*\[]|\.lock(/|$)")


class Address(NamedTuple):
    """Where a starter's repository is.

    `text` is the address as the user gave it, without the ref; `url` is what git gets; `ref` is a tag, a branch or a
    commit's full hash, and empty for the default branch.
    """

    text: str
    url: str
    ref: str


def parse(text: str) -> Address | None:
    """Return the git address that a text is, or None if it is none, but a path or a name; Refused for a bad one.

    The ref stands behind the last "@" of the path: a path's own "@" is written as %40 where there is no ref.
    """
    if not _ADDRESS.match(text):
        return None
    form = _FORM.fullmatch(text)
    if form is None or form["scheme"] not in (None, *SCHEMES):
        kind = (form["scheme"] + "://") if form else text.partition(":")[0] + ":"
        raise Refused(
            f"{kind!r:.80} is no kind of address that starters come from: use {FORMS}, or a folder's path."
        )
    _refuse_secret(form)
    if not text.isprintable() or " " in text or "\\" in text:
        raise Refused(
            f"The address {text!r:.200} must have no spaces, control characters or backslashes."
        )
    path, ref = _split(form["path"], text)
    _check_place(form, path, text)
    address = form["start"] + path
    return Address(
        address, ABBREVIATIONS[form["short"]].format(path) if form["short"] else address, ref
    )


def _refuse_secret(form: re.Match[str]) -> None:
    """Refuse what would be shown and kept; the message must not repeat it."""
    scheme, user = form["scheme"], (form["authority"] or "").rpartition("@")[0]
    if _SECRET.match(user) or (scheme in ("https", "http") and re.search("[?#]", form["path"])):
        raise Refused(
            "A starter's address must hold no password, token or query, as it is shown and kept: "
            "leave it out, git's credential helper keeps it (`git help credentials`)."
        )


def _split(path: str, text: str) -> tuple[str, str]:
    """Return the path without its ref, and the ref; Refused for what git allows no branch or tag to be called."""
    if "@" not in path:
        return path, ""
    path, _, ref = path.rpartition("@")
    if _BAD_REF.search(ref):
        raise Refused(
            f"The address {text!r:.200} must have a tag, a branch or a full commit hash after its last '@'."
        )
    return path, ref


def _check_place(form: re.Match[str], path: str, text: str) -> None:
    """Refuse a host or a path that is missing, or that a program could take for an option."""
    if form["short"]:
        is_whole, rule = (
            bool(_OWNER_AND_NAME.fullmatch(path)),
            f"be as in {form['short']}:acme/starter or with @v3 behind",
        )
    elif form["scheme"] == "file":
        is_whole = not form["authority"] and path.strip("/") != ""
        rule = "be as in file:///srv/git/starter.git, with three slashes"
    else:
        is_whole = _has_host(form) and path.strip("/") != "" and not path.startswith("-")
        rule = f"name a host and a path: use {FORMS}"
    if not is_whole:
        raise Refused(f"The address {text!r:.200} must {rule}.")


def _has_host(form: re.Match[str]) -> bool:
    """Return whether there is a host, and a user if there is an "@"."""
    authority = f"{form['user']}@{form['host']}" if form["authority"] is None else form["authority"]
    user, at, host = authority.rpartition("@")
    return bool(_HOST.fullmatch(host)) and (not at or (user != "" and not user.startswith("-")))

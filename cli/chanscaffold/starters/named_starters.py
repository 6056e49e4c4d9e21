"""Add, list and remove the names of starters: the commands `starter add`, `list` and `remove`."""

from __future__ import annotations

import os

import click

from channels_doctor.support.errors import Refused
from channels_doctor.support.sanitize import printable
from chanscaffold.starters.apply import apply_starters
from chanscaffold.starters.git.address import parse_address
from chanscaffold.starters.loader import load_starters
from chanscaffold.starters.manifest import NAME_RULE, is_name
from chanscaffold.starters.trust import confirm_trust
from chanscaffold.starters.user_config import UserConfig
from chanscaffold.suggestions import suggest
from chanscaffold.template import load_template


def add_name(name: str, source: str, trusted: bool) -> None:
    """Add a name for a folder or a git address, and trust it.

    `trusted` agrees in advance to trust a new source. Raise Refused for an invalid name, and for a
    starter that is invalid, does not fit the template or is not trusted; raise CommandError if it
    cannot be fetched, or the name cannot be written.
    """
    if not is_name(name):
        raise Refused(f"The name {name!r:.80} must be {NAME_RULE}.")
    config = UserConfig.read()
    _check_free(config, name)
    if source in config.names:
        raise Refused(
            f"{source} is a name itself: give its source, {config.names[source]}, "
            "or the path of a folder."
        )
    template = load_template()
    starters = load_starters(source, template.schema["_version"])
    apply_starters(template, starters)
    confirm_trust(starters, template.files(), trusted)
    origin = starters[-1].origin
    with UserConfig.edit() as config:
        _check_free(config, name)  # another process may have been faster
        config.names[name] = source if origin.is_fetched else origin.source
        config.trust(starter.origin.source for starter in starters)
    _show(f"{name} is {config.names[name]}. To use it: `chanscaffold new mysite --starter {name}`")


def list_names() -> None:
    """Print every name with its source, and then the trusted sources without a name."""
    config = UserConfig.read()
    rows = [*sorted(config.names.items()), *(("-", source) for source in _unnamed(config))]
    width = max((len(name) for name, _ in rows), default=0)
    for name, source in rows:
        _show(f"{name:{width}}  {source}")
    if not rows:
        click.echo(
            "There are no names yet: `chanscaffold starter add NAME SOURCE` adds one for a folder "
            "or a git address.",
            err=True,
        )


def remove_name(name: str) -> None:
    """Remove a name, and the trust in its source unless another name has the same source.

    For a trusted source without a name, `name` is the source. Raise Refused if it is neither, and
    CommandError if the change cannot be written.
    """
    with UserConfig.edit() as config:
        named = config.names.pop(name, "")
        source = _without_ref(named or (os.path.realpath(name) if os.path.isdir(name) else name))
        others = [key for key, other in config.names.items() if _without_ref(other) == source]
        if not named and (others or source not in config.trusted):
            raise _not_removable(name, others, config)
        if source in config.trusted and not others:
            config.trusted.remove(source)
    _show(f"{name} is removed; it was {named}." if named else f"{source} is no longer trusted.")


def _not_removable(name: str, others: list[str], config: UserConfig) -> Refused:
    """Return the error for a source with other names, or for an unknown name."""
    if others:
        return Refused(
            f"{name!r:.200} has a name: `chanscaffold starter remove {others[0]}` removes the name "
            "and the trust."
        )
    known = [*config.names, *_unnamed(config)]
    return Refused(f"There is no starter {name!r:.200}; {suggest(name, known, 'names')}")


def _check_free(config: UserConfig, name: str) -> None:
    if name in config.names:
        raise Refused(
            f"The name {name} is taken by {config.names[name]}: "
            f"run `chanscaffold starter remove {name}` first."
        )


def _unnamed(config: UserConfig) -> list[str]:
    """Return the trusted sources without a name, in order."""
    return sorted(set(config.trusted).difference(map(_without_ref, config.names.values())))


def _without_ref(source: str) -> str:
    """Return a source as it is trusted; an invalid one, written by hand, stays as it is."""
    try:
        address = parse_address(source)
    except Refused:
        return source
    return address.text if address else source


def _show(text: str) -> None:
    click.echo(printable(text))

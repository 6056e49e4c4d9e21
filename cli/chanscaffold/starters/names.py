"""The names that a user gives to starters: what `starter add`, `list` and `remove` do."""

from __future__ import annotations

import os

import click

from channels_doctor.support.errors import Refused
from channels_doctor.support.sanitize import printable
from chanscaffold.starters.git.address import parse
from chanscaffold.starters.loader import start_with
from chanscaffold.starters.manifest import NAME_RULE, is_name
from chanscaffold.starters.registry import Registry
from chanscaffold.starters.trust import ask
from chanscaffold.suggestions import suggest
from chanscaffold.template import load


def add(name: str, source: str, trusted: bool) -> None:
    """Keep a folder or a git address under a name, and trust it; print the command that uses it.

    `trusted` says yes in advance to the question whether a new source is trusted. Raise Refused for a bad or taken
    name, for a starter that breaks a rule or does not fit our template, and if it is not trusted; ChanscaffoldError if
    it cannot be fetched, or its name not be written down.
    """
    if not is_name(name):
        raise Refused(f"The name {name!r:.80} must be {NAME_RULE}.")
    registry = Registry.read()
    _check_free(registry, name)
    if source in registry.names:
        raise Refused(
            f"{source} is a name itself: give what it stands for, {registry.names[source]}, or a folder's path."
        )
    template = start_with(source, load())
    template.files()  # refuses what does not fit
    ask(template, trusted)
    origin = template.starters[-1].origin
    with Registry.edit() as registry:
        _check_free(registry, name)  # again: somebody may have been faster
        registry.names[name] = source if origin.is_fetched else origin.source
        registry.trust(starter.origin.source for starter in template.starters)
    click.echo(
        printable(
            f"{name} is {registry.names[name]}; begin with `chanscaffold new mysite --starter {name}`."
        )
    )


def list_all() -> None:
    """Print every name with what it stands for, then every source that is trusted and has none; nothing is fetched.

    Raise Refused if they cannot be read.
    """
    registry = Registry.read()
    kept = [*sorted(registry.names.items()), *(("-", source) for source in _nameless(registry))]
    width = max((len(name) for name, _ in kept), default=0)
    for name, source in kept:
        click.echo(printable(f"{name:{width}}  {source}"))
    if not kept:
        click.echo(
            "There are no names yet: `chanscaffold starter add NAME SOURCE` keeps a folder or a git address.",
            err=True,
        )


def remove(name: str) -> None:
    """Forget a name, and the trust in what it stood for unless another name stands for it; what was fetched stays.

    Of a trusted source without a name, `name` is the source itself. Raise Refused if there is neither, and
    ChanscaffoldError if it cannot be written down.
    """
    with Registry.edit() as registry:
        source = registry.names.pop(name, "")
        gone = _without_ref(source or (os.path.realpath(name) if os.path.isdir(name) else name))
        others = [each for each, other in registry.names.items() if _without_ref(other) == gone]
        if not source and (others or gone not in registry.trusted):
            raise _unknown(name, others, registry)
        if gone in registry.trusted and not others:
            registry.trusted.remove(gone)
    click.echo(
        printable(
            f"{name} is forgotten; it was {source}." if source else f"{gone} is trusted no more."
        )
    )


def _unknown(name: str, names: list[str], registry: Registry) -> Refused:
    """Return what to say of what is neither a name nor a source without one; `names` are those that stand for it."""
    if names:
        return Refused(
            f"{name!r:.200} has a name: `chanscaffold starter remove {names[0]}` forgets it, and the trust."
        )
    return Refused(
        f"There is no starter {name!r:.200}; {suggest(name, [*registry.names, *_nameless(registry)], 'names')}"
    )


def _check_free(registry: Registry, name: str) -> None:
    if name in registry.names:
        kept = registry.names[name]
        raise Refused(
            f"The name {name} is taken by {kept}: run `chanscaffold starter remove {name}` first."
        )


def _nameless(registry: Registry) -> list[str]:
    """Return the trusted sources that no name stands for, in order."""
    return sorted(set(registry.trusted).difference(map(_without_ref, registry.names.values())))


def _without_ref(source: str) -> str:
    """Return a name's source as it is trusted; one that somebody wrote by hand and is no address stays as it is."""
    try:
        address = parse(source)
    except Refused:
        return source
    return address.text if address else source

"""The commands of `chanscaffold starter`."""

from __future__ import annotations

import click

TRUST = click.option("--trust", is_flag=True, help="Use a starter that is new here without asking.")


@click.group(short_help="Keep, make and check starters: how a team's projects begin.")
def starter() -> None:
    """Keep, make and check starters: what a team's projects have beyond, or instead of, the template's.

    \b
      chanscaffold starter new acme
      chanscaffold starter check acme
      chanscaffold new shop --starter ./acme

    Exit codes: 0 done; 1 failed; 2 refused; 3 (check) could not check all.
    """


@starter.command()
@click.argument("name")
@click.argument("source")
@TRUST
def add(name: str, source: str, trust: bool) -> None:
    """Keep a starter under NAME. SOURCE is a folder or a git address, such as gh:acme/starter@v1."""
    from chanscaffold.starters.names import add as keep

    keep(name, source, trust)


@starter.command("list")
def list_() -> None:
    """Show the names that are kept here, and where their starters are; what is trusted without a name has a "-"."""
    from chanscaffold.starters.names import list_all

    list_all()


@starter.command()
@click.argument("name")
def remove(name: str) -> None:
    """Forget NAME, and the trust in its source; of a source without a name, NAME is the source itself."""
    from chanscaffold.starters.names import remove as forget

    forget(name)


@starter.command()
@click.argument("path", metavar="DIR")
def new(path: str) -> None:
    """Make a starter to begin with. DIR is its new folder; comments explain it, and a CI file checks it."""
    from chanscaffold.starters.skeleton import make

    make(path)


@starter.command()
@click.argument("source", metavar="[DIR]", default=".")
@TRUST
@click.pass_context
def check(ctx: click.Context, source: str, trust: bool) -> None:
    """Prove that every project of a starter works.

    Renders and lints all that the starter in DIR leaves open, then sets up and tests the fewest projects that have
    every choice once.
    """
    from chanscaffold.starters.check.check_starter import check as prove
    from chanscaffold.starters.loader import as_folder

    ctx.exit(prove(as_folder(source), trust))


@starter.command()
@click.argument("path")
def diff(path: str) -> None:
    """Make a patch of an edited file of the template. Without a copy at PATH, put one there to edit.

    \b
      chanscaffold starter diff overlay/config/settings.py    (and edit it)
      chanscaffold starter diff overlay/config/settings.py    (and it is a patch)
    """
    from chanscaffold.starters.diff import diff as make_patch

    make_patch(path)


@starter.command()
@click.argument("source", metavar="DIR")
@click.argument("out")
@TRUST
def export(source: str, out: str, trust: bool) -> None:
    """Make a plain Cookiecutter template. OUT is its new folder, DIR that of the starter that is laid over ours."""
    from chanscaffold.starters.export import export as write
    from chanscaffold.starters.loader import as_folder

    write(as_folder(source), out, trust)

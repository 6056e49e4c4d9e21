"""The commands of `chanscaffold starter`."""

from __future__ import annotations

import click

TRUST = click.option(
    "--trust", is_flag=True, help="Trust a starter that is new here without asking."
)


@click.group(short_help="Make, check and name starters: a team's own answers and files.")
def starter() -> None:
    """Make, check and name starters, which add a team's own answers and files to the template.

    \b
      chanscaffold starter new acme
      chanscaffold starter check acme
      chanscaffold new shop --starter ./acme

    Exit codes: 0 done; 1 failed; 2 refused; 3 (check) could not check everything.
    """


@starter.command()
@click.argument("name")
@click.argument("source")
@TRUST
def add(name: str, source: str, trust: bool) -> None:
    """Add NAME for a starter. SOURCE is a folder or a git address, such as gh:acme/starter@v1."""
    from chanscaffold.starters.named_starters import add_name

    add_name(name, source, trust)


@starter.command("list")
def list_() -> None:
    """List the names and their sources. A trusted source without a name has a "-"."""
    from chanscaffold.starters.named_starters import list_names

    list_names()


@starter.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove NAME and the trust in its source. NAME may also be a trusted source without a name."""
    from chanscaffold.starters.named_starters import remove_name

    remove_name(name)


@starter.command()
@click.argument("path", metavar="DIR")
def new(path: str) -> None:
    """Make a starter in the new folder DIR, with comments that explain it and a CI workflow."""
    from chanscaffold.starters.skeleton import make_starter

    make_starter(path)


@starter.command()
@click.argument("source", metavar="[DIR]", default=".")
@TRUST
@click.pass_context
def check(ctx: click.Context, source: str, trust: bool) -> None:
    """Check that every project of the starter in DIR works.

    Render and lint all combinations of the choices that the starter leaves open. Set up and test
    the fewest projects that contain every choice.
    """
    from chanscaffold.starters.check.check_starter import check_starter
    from chanscaffold.starters.loader import as_path

    ctx.exit(check_starter(as_path(source), trust))


@starter.command()
@click.argument("path")
def diff(path: str) -> None:
    """Make a patch from an edited copy of a template's file. Without a copy at PATH, make one.

    \b
      chanscaffold starter diff overlay/config/settings.py    (makes the copy: edit it)
      chanscaffold starter diff overlay/config/settings.py    (makes the patch)
    """
    from chanscaffold.starters.make_patch import make_copy_or_patch

    make_copy_or_patch(path)


@starter.command()
@click.argument("source", metavar="DIR")
@click.argument("out")
@TRUST
def export(source: str, out: str, trust: bool) -> None:
    """Export the template with the starter in DIR to the new folder OUT, for plain Cookiecutter."""
    from chanscaffold.starters.export import export_template
    from chanscaffold.starters.loader import as_path

    export_template(as_path(source), out, trust)

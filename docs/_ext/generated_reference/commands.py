"""A page for each command, from the commands themselves."""

import inspect
import re
from collections.abc import Iterator

import click

from channels_doctor.cli import doctor
from chanscaffold.cli import cli
from generated_reference.pages import cell, code, code_block, table, toctree

ROOTS = {"chanscaffold": cli, "channels-doctor": doctor}
EXAMPLES = re.compile(r"\n\x08\n(.*?)(?:\n\n|\Z)", re.DOTALL)
FLAG = re.compile(r"(?<![\w`-])--?[a-z][a-z-]*")


def command_pages() -> dict[str, str]:
    """Return the pages of all commands, and their index."""
    contexts = [ctx for name, root in ROOTS.items() for ctx in walk(root, name)]
    pages = {page_name(ctx): command_page(ctx) for ctx in contexts if not is_group(ctx)}
    return {**pages, "index": index_page(contexts)}


def walk(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[click.Context]:
    """Yield a context for the command and for every command below it."""
    # An argument for commands that read theirs before they know their options.
    ctx = command.make_context(name, ["PATH"], parent=parent, resilient_parsing=True)
    yield ctx
    if isinstance(command, click.Group):
        for child in command.list_commands(ctx):
            found = command.get_command(ctx, child)
            assert found is not None
            yield from walk(found, child, ctx)


def is_group(ctx: click.Context) -> bool:
    """Return whether the command only has other commands."""
    return isinstance(ctx.command, click.Group)


def page_name(ctx: click.Context) -> str:
    """Return the name of a command's page: "starter-new" for `chanscaffold starter new`."""
    return ctx.command_path.removeprefix("chanscaffold ").replace(" ", "-")


def index_page(contexts: list[click.Context]) -> str:
    """Return the list of commands."""
    commands = [ctx for ctx in contexts if not is_group(ctx)]
    rows = [
        (f"[`{ctx.command_path}`]({page_name(ctx)}.md)", first_sentence(ctx)) for ctx in commands
    ]
    names = map(page_name, commands)
    return f"# Commands\n\n{table(('command', 'what it does'), rows)}\n{toctree(names)}"


def first_sentence(ctx: click.Context) -> str:
    """Return the first sentence of a command's help."""
    text = " ".join(help_text(ctx).partition("\n\n")[0].split())
    return mark(text.partition(". ")[0].removesuffix(".") + ".")


def command_page(ctx: click.Context) -> str:
    """Return the page of a command: its help, its usage and its options."""
    usage = " ".join([ctx.command_path, *ctx.command.collect_usage_pieces(ctx)])
    records = [option.get_help_record(ctx) for option in ctx.command.get_params(ctx)]
    rows = [(option_names(names), mark(text)) for names, text in filter(None, records) if text]
    parts = [
        f"# `{ctx.command_path}`\n",
        code_block("console", f"$ {usage}"),
        description(ctx) + "\n",
        "## Options\n",
        table(("option", "meaning"), rows),
    ]
    return "\n".join(parts)


def help_text(ctx: click.Context) -> str:
    """Return a command's help, as its docstring has it."""
    return inspect.cleandoc(ctx.command.help or "")


def description(ctx: click.Context) -> str:
    """Return a command's help as Markdown: its examples are blocks of code."""
    before, *examples_and_texts = EXAMPLES.split(help_text(ctx))
    parts = [mark(before)]
    for number, part in enumerate(examples_and_texts):
        parts.append(mark(part) if number % 2 else example_block(part))
    return "\n".join(filter(None, parts))


def mark(text: str) -> str:
    """Return text with its options as inline code."""
    return FLAG.sub(lambda found: code(found[0]), text)


def example_block(examples: str) -> str:
    """Return the lines that click shows unchanged, as a block of code."""
    lines = inspect.cleandoc(" \n" + examples).splitlines()
    return code_block("console", "\n".join(f"$ {line}" for line in lines))


def option_names(names: str) -> str:
    """Return the names of an option as inline code."""
    return ", ".join(code(cell(name).replace(r"\|", "|")) for name in names.split(", "))

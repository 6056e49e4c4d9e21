"""The page of the template's options, from cookiecutter.json and the flags of the command."""

import json
from pathlib import Path
from typing import Any

from chanscaffold.cli import cli
from generated_reference.commands import walk
from generated_reference.pages import code, table

SCHEMA = Path(__file__).parents[3] / "cookiecutter.json"
HEAD = """# Options of a project

The options of the template are flags of `chanscaffold new`, keys of an answers file and of a
starter, and answers of plain Cookiecutter. The first value is the default.

`project_slug` is the folder's name. `chanscaffold new PATH` takes it from the path; Cookiecutter
derives it from `project_name`.
"""


def options_page() -> str:
    """Return the page, with a section for each option."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    flags = flags_of_new()
    sections = [section(schema, key, flags[key]) for key in schema if key in flags]
    return "\n".join([HEAD, *sections])


def flags_of_new() -> dict[str, list[str]]:
    """Return the flags of `chanscaffold new` by the names of their answers."""
    [ctx] = [ctx for ctx in walk(cli, "chanscaffold") if ctx.command_path == "chanscaffold new"]
    params = ctx.command.get_params(ctx)
    return {str(param.name): [*param.opts, *param.secondary_opts] for param in params}


def section(schema: dict[str, Any], key: str, flags: list[str]) -> str:
    """Return the section of an option: its prompt, its flags, and its values."""
    definition = schema[key]
    prompt = schema["__prompts__"].get(key, key)
    texts = prompt if isinstance(prompt, dict) else {"__prompt__": prompt}
    head = f"## `{key}`\n\n{texts['__prompt__']}. Flag: {' or '.join(map(code, flags))}.\n"
    if isinstance(definition, list):
        rows = [(code(value), texts.get(value, "")) for value in definition]
        return f"{head}\n{table(('value', 'meaning'), rows)}"
    return f"{head}\n{default(definition)}\n"


def default(definition: Any) -> str:
    """Return a sentence about the default of an option without choices."""
    if isinstance(definition, bool):
        return f"Default: {code(str(definition).lower())}."
    return f"A text. Default: {code(definition)}."

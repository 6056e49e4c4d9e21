"""The page of the template's options, from cookiecutter.json."""

from typing import Any

from chanscaffold.options import derive
from chanscaffold.template import Template, load
from generated_reference.pages import code, table

HEAD = """# Options of a project

The options of the template are flags of `chanscaffold new`, keys of an answers file and of a
starter, and answers of plain Cookiecutter. The first value is the default.

`project_slug` is the folder's name. `chanscaffold new PATH` takes it from the path; Cookiecutter
derives it from `project_name`.
"""


def options_page() -> str:
    """Return the page, with a section for each option."""
    template = load()
    flags = {
        str(option.name): [*option.opts, *option.secondary_opts] for option in derive(template)
    }
    sections = [section(template, key, flags[key]) for key in template.options]
    return "\n".join([HEAD, *sections])


def section(template: Template, key: str, flags: list[str]) -> str:
    """Return the section of an option: its prompt, its flags, and its values."""
    definition = template.options[key]
    prompt = template.schema["__prompts__"].get(key, key)
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

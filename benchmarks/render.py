"""How fast a project is rendered, without set-up, beside Cookiecutter's own API on the same template.

Run it as `python benchmarks/render.py`.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from functools import partial
from pathlib import Path

from compare import compare

from chanscaffold.render import context, render
from chanscaffold.target import Target
from chanscaffold.template import load

ANSWERS = {"project_name": "Mysite", "project_slug": "mysite", "setup": False}
numbers = itertools.count()


def with_cookiecutter(folder: str, template: str) -> None:
    """Render as `cookiecutter --no-input --accept-hooks no` does."""
    from cookiecutter.main import cookiecutter

    output = os.path.join(folder, str(next(numbers)))
    config = {"cookiecutters_dir": folder, "replay_dir": folder}
    cookiecutter(
        template, no_input=True, extra_context=ANSWERS, output_dir=output, accept_hooks=False, default_config=config
    )


def with_chanscaffold(folder: str) -> None:
    """Render as `chanscaffold new` does."""
    template = load()
    answers = {
        key: value[0] if isinstance(value, list) else value
        for key, value in template.schema.items()
        if not key.startswith("_")
    }
    parent = os.path.join(folder, str(next(numbers)))
    target = Target(parent, "mysite")
    os.makedirs(parent)
    render(template, context(template, {**answers, **ANSWERS}, target), parent)


def main() -> None:
    """Compare the two."""
    with tempfile.TemporaryDirectory() as folder:
        candidates = {
            "cookiecutter.main.cookiecutter()": partial(with_cookiecutter, folder, str(Path(load().path))),
            "chanscaffold": partial(with_chanscaffold, folder),
        }
        compare(candidates, rounds=20)


if __name__ == "__main__":
    main()

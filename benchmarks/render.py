"""Compare the rendering of a project with plain Cookiecutter on the same template, without setup.

Run `python benchmarks/render.py [ROUNDS] [--quick]`.

Both write the same files, including the library, and run the same post_gen hook. Cookiecutter uses
a clean copy of the template, and also runs the two other hooks.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from functools import partial

from compare import compare, parse_rounds

from chanscaffold.answers import default_answers
from chanscaffold.library import LIBRARY_SOURCE
from chanscaffold.render import make_context, render, render_hook
from chanscaffold.run_hook import prune
from chanscaffold.template import PROJECT_FOLDER, load_template

SLUG = "mysite"
ANSWERS = {"project_name": "Mysite", "project_slug": SLUG, "setup": False}
numbers = itertools.count()

# Variables for the hooks that Cookiecutter runs.
os.environ.update(CHANSCAFFOLD_STEPS="prune", CHANSCAFFOLD_VERBOSITY="-1")


def copy_template(folder: str) -> str:
    """Copy the template without the rest of the checkout, and return the folder."""
    for part in (PROJECT_FOLDER, LIBRARY_SOURCE, "hooks"):
        shutil.copytree(os.path.join(load_template().path, part), os.path.join(folder, part))
    shutil.copy(os.path.join(load_template().path, "cookiecutter.json"), folder)
    return folder


def with_cookiecutter(folder: str, template: str) -> None:
    """Render as `cookiecutter --no-input` does."""
    from cookiecutter.main import cookiecutter

    output = os.path.join(folder, str(next(numbers)))
    config = {"cookiecutters_dir": folder, "replay_dir": folder}
    cookiecutter(
        template, no_input=True, extra_context=ANSWERS, output_dir=output, default_config=config
    )


def with_chanscaffold(folder: str) -> None:
    """Render as `chanscaffold new` does, before it moves the project into place."""
    template = load_template()
    work = os.path.join(folder, str(next(numbers)))
    os.makedirs(work)
    answers = {**default_answers(template.options, SLUG), **ANSWERS}
    context = make_context(template, answers, work)
    project = render(template, template.files(), context, work)
    prune(render_hook(template, context, work), project)


def main() -> None:
    """Compare the two."""
    rounds = parse_rounds(__doc__, 20)
    with tempfile.TemporaryDirectory() as folder:
        template = copy_template(os.path.join(folder, "template"))
        candidates = {
            "cookiecutter.main.cookiecutter()": partial(with_cookiecutter, folder, template),
            "chanscaffold": partial(with_chanscaffold, folder),
        }
        compare(candidates, rounds)


if __name__ == "__main__":
    main()

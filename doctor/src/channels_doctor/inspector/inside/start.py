"""Become what `python manage.py` is to the project, and load this folder's code under a name that no project has."""

import importlib
import importlib.util
import os
import sys

NAME = "_chanscaffold_inspector"


def start() -> None:
    """Run the inspection that the command line asks for."""
    here = os.path.dirname(os.path.abspath(__file__))
    facts, root, manage, settings = sys.argv[1:]
    # With PYTHONSAFEPATH neither our folder nor, for `python manage.py`, the project's is on the path.
    if sys.path and os.path.abspath(sys.path[0]) == here:
        sys.path[0] = root
    spec = importlib.util.spec_from_file_location(
        NAME, os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    assert spec
    sys.modules[NAME] = importlib.util.module_from_spec(spec)
    importlib.import_module(NAME + ".main").main(facts, root, manage, settings)


if __name__ == "__main__":
    start()

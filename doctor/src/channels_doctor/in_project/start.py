"""Run one part of this package: `python start.py PART ARGUMENT…` in the project's folder."""

import importlib
import importlib.util
import os
import sys

NAME = "_channels_doctor"  # no module of a project has this name


def start() -> None:
    """Load the package under its own name, and run the part that the command line names."""
    here = os.path.dirname(os.path.abspath(__file__))
    part, *arguments = sys.argv[1:]
    # As for `python manage.py`, the project's folder is the first on the path, except with
    # PYTHONSAFEPATH.
    if sys.path and os.path.abspath(sys.path[0]) == here:
        sys.path[0] = os.getcwd()
    spec = importlib.util.spec_from_file_location(
        NAME, os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    assert spec
    sys.modules[NAME] = importlib.util.module_from_spec(spec)
    importlib.import_module(f"{NAME}.{part}.main").main(*arguments)


if __name__ == "__main__":
    start()

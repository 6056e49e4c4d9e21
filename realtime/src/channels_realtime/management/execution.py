"""Run a command line of manage.py, with the development services that it may need."""

import os
import re
import sys
from contextlib import ExitStack
from io import TextIOWrapper

from django.conf import settings
from django.core import management
from django.core.exceptions import ImproperlyConfigured
from django.core.management.commands.runserver import naiveip_re

from channels_realtime.conf import conf, project_dir
from channels_realtime.management.commands import setup
from channels_realtime.management.setup.run import STEPS_MISSING
from channels_realtime.services import interrupts, ports
from channels_realtime.services.running import running
from channels_realtime.services.server import ServiceError

# Commands that need no server, or start the services themselves.
WITHOUT_SERVICES = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help",
    "makemessages", "services", "smoke", "startapp", "startproject", "version",
}  # fmt: skip
INTERRUPTED = 130  # the exit code, as of a shell
DEFAULT_ADDRESS = "127.0.0.1:8000"  # of `runserver`


def execute_from_command_line(argv: list[str]) -> None:
    """Run a management command as Django does, with the development services that it may need.

    Print an error in the settings without a traceback, except with --traceback.
    """
    try:
        if argv[1:2] == ["setup"]:
            _execute_setup(argv)
        else:
            _execute(argv)
    except KeyboardInterrupt:
        interrupts.ignore()
        print("Interrupted.", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except ImproperlyConfigured as error:
        if "--traceback" in argv:
            raise
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(STEPS_MISSING if argv[1:2] == ["setup"] else 1)


def _execute_setup(argv: list[str]) -> None:
    """Run `setup`, which loads the settings and no app: its steps do that themselves.

    It handles signals from here on: settings that hang must not block them.
    """
    interrupts.listen()
    _prepare_streams()
    project_dir()  # it loads the settings, while a signal can still end this at once
    setup.Command().run_from_argv(argv)


def _prepare_streams() -> None:
    """Replace closed streams, and let every encoding show a new password."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _execute(argv: list[str]) -> None:
    if argv[1:2] == ["runserver"]:
        _require_free_port(argv)
    with ExitStack() as stack:
        if _needs_services(argv):
            try:
                stack.enter_context(running())
            except ServiceError as error:
                sys.exit(str(error))
        management.execute_from_command_line(argv)


def _require_free_port(argv: list[str]) -> None:
    """Exit with a sentence if the port of `runserver` is taken: Daphne would only log it and wait.

    The process that Django's autoreloader starts does not check again.
    """
    words = [word for word in argv[2:] if not word.startswith("-")]
    is_plain = words == argv[2:3] or not words  # otherwise a word may be the value of an option
    address = re.match(naiveip_re, words[0] if words else DEFAULT_ADDRESS)
    if os.environ.get("RUN_MAIN") or not is_plain or not address:
        return
    host, port = address["addr"] or "127.0.0.1", int(address["port"])
    if ports.is_taken(host.strip("[]"), port):
        owner = ports.find_owner(port) or "another program"
        sys.exit(
            f"Error: {owner} listens on port {port} already: stop it, or choose another port, "
            f"for example `python manage.py runserver {port + 1}`."
        )


def _needs_services(argv: list[str]) -> bool:
    if len(argv) < 2 or argv[1].startswith("-") or argv[1] in WITHOUT_SERVICES:
        return False
    try:
        return settings.DEBUG and bool(conf.SERVICES)
    except ImproperlyConfigured:  # Django reports it
        return False

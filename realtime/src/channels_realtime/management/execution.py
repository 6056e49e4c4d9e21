"""Run a command line of manage.py, with the development services that it may need."""

import sys
from contextlib import ExitStack

from django.conf import settings
from django.core import management
from django.core.exceptions import ImproperlyConfigured

from channels_realtime.conf import conf, project_dir
from channels_realtime.management.commands import setup
from channels_realtime.services import interrupts
from channels_realtime.services.running import running
from channels_realtime.services.server import ServiceError

# Commands that need no server, or start the services themselves.
WITHOUT_SERVICES = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help",
    "makemessages", "services", "smoke", "startapp", "startproject", "version",
}  # fmt: skip
INTERRUPTED = 130  # the exit code, as of a shell


def execute_from_command_line(argv: list[str]) -> None:
    """Run a management command as Django does, with the development services that it may need."""
    try:
        if argv[1:2] == ["setup"]:
            _execute_setup(argv)
        else:
            _execute(argv)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(INTERRUPTED)


def _execute_setup(argv: list[str]) -> None:
    """Run `setup`, which loads the settings and no app: its steps do that themselves.

    It handles signals from here on: settings that hang must not keep it from ending.
    """
    interrupts.listen()
    project_dir()  # it loads the settings, while a signal can still end this at once
    setup.Command().run_from_argv(argv)


def _execute(argv: list[str]) -> None:
    with ExitStack() as stack:
        if _needs_services(argv):
            try:
                stack.enter_context(running())
            except ServiceError as error:
                sys.exit(str(error))
        management.execute_from_command_line(argv)


def _needs_services(argv: list[str]) -> bool:
    if len(argv) < 2 or argv[1].startswith("-") or argv[1] in WITHOUT_SERVICES:
        return False
    try:
        return settings.DEBUG and bool(conf.SERVICES)
    except ImproperlyConfigured:  # Django reports it
        return False

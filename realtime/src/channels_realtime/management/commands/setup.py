"""`manage.py setup`: services, migrations, superusers, smoke checks. bootstrap.py runs it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from channels_realtime.management.setup.run import Setup


class Command(BaseCommand):
    help = "Migrate, create superusers, and test the site; bootstrap.py runs it."
    requires_system_checks = ()  # the steps run them

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("names", nargs="*", metavar="NAME", help="superusers to create if they do not exist")
        add("--smoke", action="store_true", help="test the running site")
        add("--production", action="store_true", help="start no development services")
        add("--again", default="manage.py setup", help="the command that completes the set-up")
        add("--unset", action="append", default=[], metavar="NAME", help="a misleading variable")

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(Setup(options).run())

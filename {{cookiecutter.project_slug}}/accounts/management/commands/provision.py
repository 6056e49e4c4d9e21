"""`manage.py provision`: tables and superusers, together in one process."""

import json
import os
import sys
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, transaction

from accounts.models import User
from realtime.health import without_pool


class Command(BaseCommand):
    help = "Migrate, then create the superusers named. Users who exist are left as they are."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument(
            "--passwords-stdin",
            action="store_true",
            help="read a JSON object of names and passwords; otherwise everybody gets "
            "DJANGO_SUPERUSER_PASSWORD, or none that works",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        without_pool()
        names: list[str] = options["names"]
        for name in names:
            check_name(name)
        common = os.environ.get("DJANGO_SUPERUSER_PASSWORD") or None
        passwords = json.load(sys.stdin) if options["passwords_stdin"] else {}
        with ThreadPoolExecutor() as pool:
            # Hashing is most of the work, and it can go on beside the migrations.
            hashes = pool.map(make_password, [passwords.get(name) or common for name in names])
            try:
                call_command("migrate", verbosity=options["verbosity"], stdout=self.stdout)
            except OperationalError as error:
                raise CommandError(
                    f"The database does not answer: {str(error).strip()}\n"
                    "DATABASE_URL in .env names the server, user, password and database it needs."
                ) from None
            for name, password in zip(names, hashes, strict=True):
                self.create(name, password)

    @transaction.atomic
    def create(self, name: str, password: str) -> None:
        name = User.normalize_username(name)
        if User.objects.filter(username=name).exists():
            self.stdout.write(f"kept {name}")
            return
        User.objects.create(username=name, password=password, is_staff=True, is_superuser=True)
        self.stdout.write(f"created {name}")


def check_name(name: str) -> None:
    """Raise CommandError for a name that the user model does not take."""
    try:
        User._meta.get_field("username").run_validators(name)
    except ValidationError as error:
        reasons = " ".join(error.messages)
        raise CommandError(f"{name!r} cannot be a user's name: {reasons}") from None

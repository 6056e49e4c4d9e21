"""`manage.py provision`: migrate and create superusers, in one process."""

import json
import os
import sys
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, transaction

from channels_realtime.monitoring.databases import disable_pools


class Command(BaseCommand):
    help = "Migrate, then create the named superusers. Existing users are left as they are."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument(
            "--passwords-stdin",
            action="store_true",
            help="read a JSON object of names and passwords; otherwise every user gets "
            "DJANGO_SUPERUSER_PASSWORD, or no usable password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        disable_pools()
        names: list[str] = options["names"]
        for name in names:
            check_name(name)
        common = os.environ.get("DJANGO_SUPERUSER_PASSWORD") or None
        passwords = json.load(sys.stdin) if options["passwords_stdin"] else {}
        with ThreadPoolExecutor() as pool:
            # Hashing is most of the work, and can run beside the migrations.
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
        """Create a superuser with a hashed password unless the name exists."""
        model = get_user_model()
        name = model.normalize_username(name)
        fields = {model.USERNAME_FIELD: name}
        if model._default_manager.filter(**fields).exists():
            self.stdout.write(f"kept {name}")
            return
        fields["password"] = password
        model._default_manager.create(**fields, is_staff=True, is_superuser=True)
        self.stdout.write(f"created {name}")


def check_name(name: str) -> None:
    """Raise CommandError for a name that the user model refuses."""
    try:
        model = get_user_model()
        field: Any = model._meta.get_field(model.USERNAME_FIELD)
        field.run_validators(name)
    except ValidationError as error:
        reasons = " ".join(error.messages)
        raise CommandError(f"{name!r} is not a valid username: {reasons}") from None

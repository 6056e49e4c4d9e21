"""`manage.py asyncapi`: write down which messages the sockets of a site exchange."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from channels_realtime.consumers import MessageConsumer
from channels_realtime.contract.asyncapi import to_asyncapi
from channels_realtime.contract.routes import Channel, find_channels
from channels_realtime.contract.typescript import to_typescript

UNDECLARED = (
    "{consumer} has groups and no `sends`, so the types of message that are published to its "
    "groups are missing: declare them, for example `sends = Said`."
)


class Command(BaseCommand):
    help = (
        "Write the routes and messages of the site's sockets as an AsyncAPI 3 document, or as "
        "types of TypeScript."
    )
    requires_system_checks = ()  # the ASGI application runs its own

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--typescript",
            action="store_true",
            help="write a module of TypeScript types instead of an AsyncAPI document",
        )
        parser.add_argument("--output", metavar="FILE", help="the file, instead of the output")
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing, and fail if FILE is not up to date",
        )

    def handle(
        self, *args: Any, typescript: bool, output: str | None, check: bool, **options: Any
    ) -> None:
        if check and output is None:
            raise CommandError("--check compares a file: add --output FILE.")
        text = self.describe(typescript)
        if output is None:
            self.stdout.write(text, ending="")
        elif check:
            require_same(Path(output), text, typescript)
        else:
            write(Path(output), text)

    def describe(self, typescript: bool) -> str:
        """Return the contract. Raise CommandError."""
        try:
            channels = find_channels()
            self.warn(channels)
            return to_typescript(channels) if typescript else to_asyncapi(channels)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None

    def warn(self, channels: list[Channel]) -> None:
        """Print a warning for each consumer whose declaration is incomplete."""
        for consumer in dict.fromkeys(each.consumer for each in channels):
            if consumer is not None and lacks_messages_of_groups(consumer):
                text = UNDECLARED.format(consumer=consumer.__name__)
                self.stderr.write(f"Warning: {text}", self.style.WARNING)


def lacks_messages_of_groups(consumer: type) -> bool:
    """Return whether the consumer has groups, and declares no message that they may carry."""
    if not issubclass(consumer, MessageConsumer) or consumer.sends:
        return False
    return consumer.get_groups is not MessageConsumer.get_groups


def require_same(path: Path, text: str, typescript: bool) -> None:
    """Raise CommandError if the file does not contain the text."""
    try:
        is_same = path.read_bytes() == text.encode()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    if not is_same:
        option = "--typescript " if typescript else ""
        raise CommandError(
            f"{path} is not up to date with the messages of the site. Run: "
            f"python manage.py asyncapi {option}--output {path}"
        )


def write(path: Path, text: str) -> None:
    """Write a text file. Raise CommandError if that is not possible."""
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None

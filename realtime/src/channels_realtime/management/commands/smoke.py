"""`manage.py smoke`: test HTTP, WebSockets and broadcasts on a temporary site."""

import asyncio
import contextlib
import io
import json
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from inspect import getmembers, isfunction
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from channels_realtime.conf import conf
from channels_realtime.monitoring.databases import disable_pools
from channels_realtime.monitoring.health import TIMEOUT, reach_layer
from channels_realtime.services.running import running


class Command(BaseCommand):
    help = (
        "Test this project with a temporary database, a real server and real sockets. "
        "The project's own data is not touched."
    )

    requires_system_checks = ()  # the server runs them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument(
            "--skip-migrations",
            action="store_true",
            help="do not check the project's own database, for example while it is being migrated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("smoke is for development (DEBUG on); a deployment has /readyz.")
        disable_pools()
        self.as_json: bool = options["json"]
        self.checks: list[dict[str, Any]] = []
        # The temporary database is dropped also when this process is terminated.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
        started = time.perf_counter()
        with contextlib.ExitStack() as stack:
            if all(self.run(*check) for check in project_checks(stack, **options)):
                self.run_site(stack)
            self.conclude(time.perf_counter() - started)

    def run_site(self, stack: contextlib.ExitStack) -> None:
        """Run the apps' checks against a temporary site."""
        # Imported late: the client library is a development dependency.
        from channels_realtime.smoke.temporary import temporary_site

        sites: list[Any] = []

        def start() -> None:
            sites.append(stack.enter_context(temporary_site()))

        if self.run("server.start", start):
            for name, function in smoke_functions():
                self.run(name, partial(check, function, sites[0]))

    def run(self, name: str, function: Callable[[], object]) -> bool:
        """Run one check and report it; return whether it passed."""
        started, detail = time.perf_counter(), ""
        try:
            function()
        except Exception as error:
            detail = str(error).strip() or type(error).__name__
        elapsed = round((time.perf_counter() - started) * 1000)
        self.checks.append({"id": name, "ok": not detail, "ms": elapsed, "detail": detail})
        if not self.as_json:
            verdict = self.style.ERROR("FAIL") if detail else self.style.SUCCESS("ok  ")
            self.stdout.write(f"{verdict} {name:<34} {elapsed:>6} ms  {detail}".rstrip())
        return not detail

    def conclude(self, seconds: float) -> None:
        """Report the result. Raise CommandError if a check failed."""
        failed = sum(not check["ok"] for check in self.checks)
        if self.as_json:
            self.stdout.write(json.dumps({"ok": not failed, "checks": self.checks}))
        if failed:
            raise CommandError(f"{failed} of {len(self.checks)} checks failed.")
        if not self.as_json:
            self.stdout.write(f"{len(self.checks)} checks passed in {seconds:.1f} s.")


def project_checks(
    stack: contextlib.ExitStack, skip_migrations: bool, **options: Any
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the checks of what the project itself needs; `stack` keeps what is started."""
    if conf.SERVICES:
        yield "project.services", lambda: stack.enter_context(running())
    if not skip_migrations:
        yield "project.migrations", migrations
    yield "project.layer", layer


def check(function: Callable[[Any], None], site: Any) -> None:
    """Run one app's check; add the server's last output to a failure."""
    try:
        function(site)
    except Exception as error:
        raise RuntimeError(f"{error or type(error).__name__}\n{site.last_output()}") from error


def migrations() -> None:
    """Raise unless the project's own database has every migration."""
    try:
        call_command("migrate", check_unapplied=True, stdout=io.StringIO(), verbosity=0)
    except SystemExit:
        raise RuntimeError("Migrations are missing: run `manage.py migrate`.") from None
    except Exception as error:
        raise RuntimeError(f"The database does not answer: {str(error).strip()}") from None


def layer() -> None:
    """Raise unless the project's channel layer carries a message."""
    try:
        asyncio.run(asyncio.wait_for(reach_layer(), TIMEOUT))
    except Exception as error:
        # The address without the user and password.
        address = urlsplit(conf.CHANNEL_LAYER_URL).netloc.rpartition("@")[2] or "memory"
        raise RuntimeError(
            f"The channel layer does not answer ({error!r}). Start Redis or Valkey at {address}."
        ) from None


def smoke_functions() -> Iterator[tuple[str, Callable[..., None]]]:
    """Yield every public function of every installed app's smoke module, in source order."""
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.smoke"):
            module = import_module(f"{app.name}.smoke")
            for name, function in sorted(
                getmembers(module, isfunction), key=lambda item: item[1].__code__.co_firstlineno
            ):
                if function.__module__ == module.__name__ and not name.startswith("_"):
                    yield f"{app.label}.{name}", function

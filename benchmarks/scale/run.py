"""Measure processes, hosts and their limits: the figures of docs/explanation/scaling.md.

Run `python benchmarks/scale/run.py [--quick]` on Linux with nginx, in an environment with the
groups `dev` and `benchmark` of pyproject.toml. It takes five minutes. It measures the CPU seconds
of single processes, which do not depend on the load of other processes. `--quick` tests the
benchmark in some seconds. Its figures are meaningless.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path += [str(HERE.parent / "realtime"), str(HERE.parent.parent / "tests")]

from amount import QUICK, Amount  # noqa: E402
from fan_out import costs  # noqa: E402
from one_process import measure_messages, memory  # noqa: E402
from project import Project, make_project  # noqa: E402
from support.deployment import running_deployment  # noqa: E402
from support.networks import available_network  # noqa: E402
from support.sandbox import Sandbox  # noqa: E402
from usage import fit_line  # noqa: E402
from whole_site import handshakes_and_messages  # noqa: E402

MICRO, MILLI = 1e6, 1e3


def show(*words: object) -> None:
    """Print a line of figures."""
    print(*(f"{word:.4g}" if isinstance(word, float) else word for word in words), flush=True)


def show_memory(project: Project, amount: Amount) -> None:
    """Print the memory of a process, and of each of its sockets."""
    points = list(memory(project, amount))
    for sockets, size in points:
        show("memory:", sockets, "sockets,", size, "MiB")
    # The first sockets include the memory of late imports.
    (first, small), (last, large) = points[1], points[-1]
    show("memory of one more socket:", (large - small) * 1024 / (last - first), "KiB")


def show_messages(project: Project, amount: Amount) -> None:
    """Print the CPU time of a message in the sending and in another process."""
    sizes = amount.sockets
    rows = [(sockets, *measure_messages(project, sockets, amount.deliveries)) for sockets in sizes]
    for sockets, first, second, rate in rows:
        show(
            sockets,
            "sockets in each of two processes:",
            rate,
            "deliveries/s on this machine;",
            "CPU of a message:",
        )
        show("    the sending process", first * MICRO, "us, the other one", second * MICRO, "us")
    for name, column in (("sending", 1), ("receiving", 2)):
        fixed, each = fit_line([(row[0], row[column]) for row in rows])
        show(f"{name}:", fixed * MICRO, "us a message and", each * MICRO, "us a delivery")


def show_redis(project: Project, amount: Amount) -> None:
    """Print the CPU time of a PUBLISH in Redis."""
    process = project.valkey._process.pid
    rows = list(costs(project.valkey, process, amount))
    for subscribers, cost in rows:
        show(
            "PUBLISH to",
            subscribers,
            "processes:",
            cost * MICRO,
            "us,",
            subscribers / cost,
            "deliveries/s of one core",
        )
    fixed, each = fit_line(rows)
    show("PUBLISH:", fixed * MICRO, "us and", each * MICRO, "us for each process")


def show_site(folder: Path, amount: Amount) -> None:
    """Print the CPU time of handshakes and stored messages with four processes behind nginx."""
    with running_deployment(available_network(), Sandbox(folder), folder, amount.clients) as site:
        for number in range(amount.rounds):
            name = f"round{number}"
            handshake, rate, message = handshakes_and_messages(site, name, amount.messages)
            show("handshakes:", rate, "a second on this machine; ms of CPU each:")
            show("   ", ", ".join(f"{name} {cost * MILLI:.2f}" for name, cost in handshake.items()))
            show("a stored message to", len(site.cookies), "sockets; ms of CPU:")
            show("   ", ", ".join(f"{name} {cost * MILLI:.2f}" for name, cost in message.items()))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="test the benchmark, without valid figures"
    )
    amount = QUICK if parser.parse_args().quick else Amount()
    with make_project(amount.users) as project:
        for part in (show_redis, show_memory, show_messages):
            part(project, amount)
    with tempfile.TemporaryDirectory() as folder:
        show_site(Path(folder), amount)


if __name__ == "__main__":
    main()

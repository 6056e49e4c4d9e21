"""Measure processes, hosts and their limits: the figures of docs/explanation/scaling.md.

Run it as `python benchmarks/scale/run.py [--quick]` in an environment with the groups `dev` and
`benchmark` of pyproject.toml, on Linux, as root or not. It needs nginx and five minutes. Costs are
seconds of CPU of the process that is meant, so that the load beside it on the same cores does not
count. `--quick` shows in some seconds that everything runs; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path += [str(HERE.parent / "realtime"), str(HERE.parent.parent / "tests")]

from amount import QUICK, Amount  # noqa: E402
from deployment import deployment  # noqa: E402
from fan_out import costs  # noqa: E402
from networks import kind_of_network  # noqa: E402
from one_process import memory, talk  # noqa: E402
from project import Project, make_project  # noqa: E402
from projects import Workshop  # noqa: E402
from usage import line  # noqa: E402
from whole_site import handshakes_and_messages  # noqa: E402

MICRO, MILLI = 1e6, 1e3


def show(*words: object) -> None:
    """Print a line of figures at once."""
    print(*(f"{word:.4g}" if isinstance(word, float) else word for word in words), flush=True)


def show_memory(project: Project, amount: Amount) -> None:
    """Print the memory of a process, and of each of its sockets."""
    points = list(memory(project, amount))
    for sockets, size in points:
        show("memory:", sockets, "sockets,", size, "MiB")
    # What a process imports for its first socket is no socket's.
    (first, small), (last, large) = points[1], points[-1]
    show("memory of one more socket:", (large - small) * 1024 / (last - first), "KiB")


def show_messages(project: Project, amount: Amount) -> None:
    """Print what a message costs the process that publishes it and another one, by the sockets in each."""
    sizes = amount.sockets
    found = [(sockets, *talk(project, sockets, amount.deliveries)) for sockets in sizes]
    for sockets, here, there, rate in found:
        show(
            sockets,
            "sockets in each of two processes:",
            rate,
            "deliveries/s on this machine;",
            "a message costs",
        )
        show("    the speaking process", here * MICRO, "us, the listening one", there * MICRO, "us")
    for name, column in (("speaking", 1), ("listening", 2)):
        fixed, each = line([(row[0], row[column]) for row in found])
        show(f"{name}:", fixed * MICRO, "us a message and", each * MICRO, "us a delivery")


def show_redis(project: Project, amount: Amount) -> None:
    """Print what a PUBLISH costs Redis."""
    process = project.valkey._process.pid
    found = list(costs(project.valkey, process, amount))
    for subscribers, cost in found:
        show(
            "PUBLISH to",
            subscribers,
            "processes:",
            cost * MICRO,
            "us,",
            subscribers / cost,
            "deliveries/s of one core",
        )
    fixed, each = line(found)
    show("PUBLISH:", fixed * MICRO, "us and", each * MICRO, "us for each process")


def show_site(folder: Path, amount: Amount) -> None:
    """Print what handshakes and stored messages cost on four processes behind nginx."""
    with deployment(kind_of_network(), Workshop(folder), folder, amount.crowd) as site:
        for number in range(amount.rounds):
            name = f"round{number}"
            handshake, rate, message = handshakes_and_messages(site, name, amount.messages)
            show("handshakes:", rate, "a second on this machine; ms of CPU each:")
            show("   ", ", ".join(f"{name} {cost * MILLI:.2f}" for name, cost in handshake.items()))
            show("a message that is stored and reaches", len(site.cookies), "sockets; ms of CPU:")
            show("   ", ", ".join(f"{name} {cost * MILLI:.2f}" for name, cost in message.items()))


def main() -> None:
    """Print the figures, each as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--quick", action="store_true", help="show that everything runs; no figures"
    )
    amount = QUICK if parser.parse_args().quick else Amount()
    with make_project(amount.people) as project:
        for part in (show_redis, show_memory, show_messages):
            part(project, amount)
    with tempfile.TemporaryDirectory() as folder:
        show_site(Path(folder), amount)


if __name__ == "__main__":
    main()

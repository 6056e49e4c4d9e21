"""Signals that end a command."""

import signal

import pytest

from channels_realtime.services import interrupts

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def handlers():
    before = {number: signal.getsignal(number) for number in NUMBERS}
    interrupts.listen()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_only_the_first_signal_interrupts(number):
    """The cleanup that follows must not be interrupted by the next signal."""
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    for later in NUMBERS:
        signal.raise_signal(later)


def test_a_signal_that_the_parent_ignores_stays_ignored():
    """`nohup` ignores SIGHUP."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    interrupts.listen()
    signal.raise_signal(signal.SIGHUP)


def test_a_signal_waits_for_the_end_of_a_block():
    done = []

    def start():
        with interrupts.deferred():
            signal.raise_signal(signal.SIGTERM)
            done.append(True)

    with pytest.raises(KeyboardInterrupt):
        start()
    assert done


def test_a_block_without_a_signal_ends_quietly():
    with interrupts.deferred():
        pass


def test_signals_that_were_blocked_at_the_start_arrive():
    """bootstrap.py blocks them until the command can handle them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, NUMBERS)
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        interrupts.listen()

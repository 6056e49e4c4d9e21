"""The settings of the project without the limits that a load from one address would exceed."""

from config.settings import *  # noqa: F403

REALTIME_MESSAGE_RATE = 1_000_000  # messages per second from one socket
REALTIME_MESSAGE_BURST = 1_000_000
REALTIME_MAX_SOCKETS_PER_USER = 100_000

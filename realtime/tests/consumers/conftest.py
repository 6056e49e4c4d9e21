"""A socket of the tests' consumer."""

import pytest

from support.repeat_consumer import RepeatConsumer


@pytest.fixture
async def socket(open_socket, add_route):
    return await open_socket(add_route(RepeatConsumer))

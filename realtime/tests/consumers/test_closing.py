"""The end of a socket."""

import pytest

from channels_realtime.auth.registry import current_registry
from channels_realtime.hub.hub import current_hub
from channels_realtime.testing.waiting import wait_until
from support.repeat_consumer import GROUP, RepeatConsumer, UserRepeatConsumer, groups


class ClosingConsumer(RepeatConsumer):
    """Record each call of disconnect()."""

    ended: list[object]

    async def disconnect(self, code):
        self.ended.append((code, groups()))


@pytest.fixture
def recorded(add_route, monkeypatch):
    class RecordedConsumer(ClosingConsumer):
        ended = []  # noqa: RUF012

    return RecordedConsumer, add_route(RecordedConsumer)


async def test_disconnect_gets_the_client_s_code_after_the_socket_has_left_its_groups(
    open_socket, recorded
):
    consumer, path = recorded
    socket = await open_socket(path)
    assert groups() == {GROUP}
    await socket.disconnect(code=3000)
    assert consumer.ended == [(3000, set())]
    assert socket.output_queue.empty()


async def test_disconnect_gets_the_server_s_code(open_socket, recorded, settings):
    consumer, path = recorded
    socket = await open_socket(path)
    await socket.send_to(text_data="x" * 100_000)
    await wait_until(lambda: consumer.ended)
    assert consumer.ended == [(1009, set())]


async def forbid(consumer):
    return False


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"login_required": True}, 4401),
        ({"has_permission": forbid}, 4403),
        ({"has_permission": lambda self: 1 / 0}, 1013),
    ],
)
async def test_disconnect_is_not_called_for_a_client_that_was_refused_before_connect(
    open_socket, recorded, monkeypatch, change, code
):
    consumer, path = recorded
    for name, value in change.items():
        monkeypatch.setattr(consumer, name, value)
    socket = await open_socket(path)
    assert await socket.receive_close() == code
    await socket.wait()
    assert consumer.ended == []


async def test_disconnect_is_not_called_for_a_user_with_too_many_sockets(
    connect, recorded, settings, alice
):
    consumer, path = recorded
    settings.REALTIME_MAX_SOCKETS_PER_USER = 0
    socket = await connect(path, alice)
    assert await socket.receive_close() == 4429
    await socket.wait()
    assert consumer.ended == []


async def test_disconnect_cleans_up_after_a_connect_that_failed(open_socket, recorded, monkeypatch):
    consumer, path = recorded
    monkeypatch.setattr(consumer, "connect", lambda self: 1 / 0)
    socket = await open_socket(path)
    assert await socket.receive_close() == 1013
    await socket.wait()
    assert consumer.ended == [(1013, set())]


async def test_a_socket_whose_task_the_server_cancels_is_closed_with_1012(open_socket, recorded):
    consumer, path = recorded
    socket = await open_socket(path)
    socket.future.cancel()
    assert await socket.receive_close() == 1012
    await wait_until(lambda: consumer.ended)
    assert consumer.ended == [(1012, set())]


async def test_closed_sockets_leave_no_registration_subscription_or_task(connect, add_route, alice):
    path = add_route(UserRepeatConsumer)
    sockets = [await connect(path, alice) for _ in range(3)]
    for socket in sockets:
        await socket.disconnect()
    hub = current_hub()
    await wait_until(lambda: not groups())
    assert not current_registry()._by_user
    await hub.close()
    assert not hub.subscriptions
    assert not hub.tasks._tasks

import pytest
from channels.db import database_sync_to_async

from support.models import Ticket


@pytest.fixture
def ticket(user):
    return Ticket.objects.create(owner=user, subject="Where is my clock?")


async def test_reply_comes_back(client, user, ticket, socket):
    await database_sync_to_async(client.force_login)(user)
    communicator = socket(f"/ws/support/{ticket.pk}/")
    connected, _ = await communicator.connect()
    assert connected
    await communicator.send_json_to({"text": "Hello"})
    reply = await communicator.receive_json_from()
    assert (reply["author"], reply["text"]) == ("ada", "Hello")
    await communicator.disconnect()


async def test_stranger_is_refused(ticket, socket):
    communicator = socket(f"/ws/support/{ticket.pk}/")
    assert await communicator.connect() == (False, 4403)

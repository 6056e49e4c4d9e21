import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from accounts.models import Profile, Team
from config.asgi import application
from tickets import services
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(django_user_model):
    ada = django_user_model.objects.create_user("ada", password="tea")
    team = Team.objects.create(name="Support", slug="support")
    Profile.objects.create(user=ada, team=team)
    return Ticket.objects.create(team=team, owner=ada, title="Broken kettle")


@pytest.fixture
def headers(ticket):
    client = Client()
    client.force_login(ticket.owner)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    return [(b"origin", b"http://localhost"), (b"cookie", cookie.encode())]


async def test_a_reply_reaches_the_ticket(ticket, headers):
    socket = WebsocketCommunicator(application, f"/ws/tickets/{ticket.pk}/", headers=headers)
    connected, _ = await socket.connect()
    assert connected
    assert await socket.receive_json_from() == {"type": "history", "replies": []}
    await socket.send_json_to({"text": "Try another plug."})
    assert (await socket.receive_json_from())["text"] == "Try another plug."
    await database_sync_to_async(services.close_ticket)(ticket.pk)
    assert (await socket.receive_json_from())["type"] == "closed"
    await socket.disconnect()


async def test_the_board_lists_open_tickets(ticket, headers):
    socket = WebsocketCommunicator(application, "/ws/board/", headers=headers)
    connected, _ = await socket.connect()
    assert connected
    assert (await socket.receive_json_from())["tickets"][0]["title"] == "Broken kettle"
    await socket.disconnect()


async def test_strangers_are_refused(ticket):
    headers = [(b"origin", b"http://localhost")]
    socket = WebsocketCommunicator(application, f"/ws/tickets/{ticket.pk}/", headers=headers)
    connected, _ = await socket.connect()
    assert connected
    assert await socket.receive_output() == {"type": "websocket.close", "code": 4403}
    await socket.disconnect()

from datetime import timedelta

import pytest
from channels.testing import WebsocketCommunicator
from django.utils import timezone

from auctions.models import Lot
from config.asgi import application


@pytest.fixture
def user(transactional_db, django_user_model):
    return django_user_model.objects.create_user("ada", password="secret")


@pytest.fixture
def lot(user):
    return Lot.objects.create(
        title="A clock", seller=user, closes_at=timezone.now() + timedelta(hours=1)
    )


@pytest.fixture
def socket(client):
    def open_socket(path):
        cookies = "; ".join(f"{key}={item.value}" for key, item in client.cookies.items())
        headers = [(b"origin", b"http://testserver"), (b"cookie", cookies.encode())]
        return WebsocketCommunicator(application, path, headers)

    return open_socket

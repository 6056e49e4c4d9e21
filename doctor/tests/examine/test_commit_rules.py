"""What the rules for transactions and sessions report and ignore."""

import pytest
from support.chat_project import report

HEAD = """
from functools import partial
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver
from chat.models import Room

def send(name):
    async_to_sync(get_channel_layer().group_send)("chat", {"type": "chat.message", "text": name})

def later(name):
    return lambda: send(name)
"""
SENT = "async_to_sync(get_channel_layer().group_send)('chat', {'type': 'chat.message'})"
ATOMIC = "\n@transaction.atomic\ndef other(): pass\n"


@pytest.mark.parametrize(
    ("code", "severities"),
    [
        (f"@transaction.atomic\ndef f():\n    {SENT}", ["warning"]),
        ("@transaction.atomic()\ndef f():\n    send('x')", ["warning"]),
        ("def f():\n    with transaction.atomic():\n        send('x')", ["warning"]),
        (f"@receiver(post_save, sender=Room)\ndef f(**kwargs):\n    {SENT}{ATOMIC}", ["warning"]),
        (
            "@receiver([post_save, m2m_changed])\ndef f(**kwargs):\n    send('x')" + ATOMIC,
            ["warning"],
        ),
        ("def f(**kwargs):\n    send('x')\npost_save.connect(f)" + ATOMIC, ["warning"]),
        ("@receiver(pre_save)\ndef f(**kwargs):\n    send('x')", ["warning"]),
        ("def f():\n    transaction.on_commit(send('x'))", ["error"]),
        ("def f():\n    with transaction.atomic():\n        pass\n    send('x')", []),
        ("@transaction.atomic\ndef f():\n    transaction.on_commit(lambda: send('x'))", []),
        ("@transaction.atomic\ndef f():\n    transaction.on_commit(partial(send, 'x'))", []),
        ("@transaction.atomic\ndef f():\n    transaction.on_commit(later('x'))", []),
        ("@transaction.atomic\ndef f():\n    def g(): send('x')\n    transaction.on_commit(g)", []),
        ("def view(request):\n    send('x')", []),
    ],
)
def test_a_message_before_the_commit_is_reported(tmp_path, code, severities):
    assert report(tmp_path, "send-before-commit", "", services=HEAD + code) == severities


def test_a_receiver_in_a_project_without_transactions_is_ignored(tmp_path):
    code = HEAD + "@receiver(post_save)\ndef f(**kwargs):\n    send('x')\n"
    assert report(tmp_path, "send-before-commit", "", services=code, models="") == []


def test_a_view_in_the_transaction_of_its_request_is_reported(tmp_path):
    views = HEAD + "def view(request):\n    send('x')\n"
    views += "@transaction.non_atomic_requests\ndef other(request):\n    send('x')\n"
    more = {"config/settings.py": 'DATABASES["default"]["ATOMIC_REQUESTS"] = True\n'}
    assert report(tmp_path, "send-before-commit", "", more.items(), views=views) == ["warning"]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("self.scope['session']['x'] = 1", 1),
        ("del self.scope['session']['x']", 1),
        ("self.scope['session'].update(x=1)", 1),
        ("await login(self.scope, user)", 1),
        ("self.scope['session']['x'] = 1\n        await self.scope['session'].asave()", 0),
        ("await login(self.scope, user)\n        await to(self.scope['session'].save)()", 0),
        ("self.scope['session']['x'] = 1\n        await keep(self.scope['session'])", 0),
        ("x = self.scope['session']['x']", 0),
        ("await logout(self.scope)", 0),
    ],
)
def test_a_session_that_is_changed_and_not_saved_is_reported(tmp_path, body, number):
    text = f"""
from channels.auth import login, logout

class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        {body}
"""
    assert len(report(tmp_path, "session-unsaved", text)) == number

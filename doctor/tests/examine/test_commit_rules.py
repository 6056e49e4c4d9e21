"""What the rules for transactions and sessions report and ignore."""

import pytest
from support.changed_project import change, findings, write
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.main import find_faults
from channels_doctor.examine.project import Project
from channels_doctor.examine.repeats import without_repeats

HEAD = """
from functools import partial
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import receiver
from chat.models import Room

def send(room):
    event = {"type": "chat.message", "id": room.pk}
    async_to_sync(get_channel_layer().group_send)("chat", event)

def later(name):
    return lambda: send(name)
"""
SENT = "async_to_sync(get_channel_layer().group_send)('chat', {'type': 'a', 'room': room.pk})"
SAVE = "room.save()\n    "
ATOMIC = "\n@transaction.atomic\ndef other(): Room.objects.create()\n"


@pytest.mark.parametrize(
    ("code", "severities"),
    [
        (f"@transaction.atomic\ndef f():\n    {SAVE}{SENT}", ["warning"]),
        (f"@transaction.atomic()\ndef f():\n    {SAVE}send('x')", ["warning"]),
        (f"def f():\n    with transaction.atomic():\n        {SAVE}    send('x')", ["warning"]),
        (
            "@transaction.atomic\ndef f():\n    store()\n    send(1)\ndef store(): room.save()",
            ["warning"],
        ),
        ("@transaction.atomic\ndef f():\n    Room.objects.get(pk=1)\n    send('x')", []),
        (f"@transaction.atomic\ndef f():\n    send('x')\n    {SAVE}", []),
        (f"@transaction.atomic\ndef f():\n    {SAVE}for row in rows: send(row)", []),
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


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ("Room.objects.create()", 1),
        ("make()", 1),
        ("serializer.save()", 1),
        ("house.rooms.create()", 1),
        ("Note().save()", 0),
        ("Note.objects.create()", 0),
    ],
)
def test_only_a_transaction_that_may_save_the_model_makes_its_signal_early(
    tmp_path, changed, count
):
    code = (
        f"{HEAD}@receiver(post_save, sender=Room)\ndef f(room, **kwargs):\n    {SENT}\n"
        f"@transaction.atomic\ndef other():\n    {changed}\ndef make(): Room().save()\n"
    )
    assert len(report(tmp_path, "send-before-commit", "", services=code)) == count


@pytest.mark.parametrize(("imported", "count"), [("", 0), ("from chat.models import Room\n", 1)])
def test_a_transaction_of_another_app_saves_a_variable_of_its_own(project, imported, count):
    receiver = f"@receiver(post_save, sender=Room)\ndef f(room, **kwargs):\n    {SENT}\n"
    atomic = "@transaction.atomic\ndef other(serializer):\n    serializer.save()\n"
    write(
        project,
        chat__services_dot_py=HEAD + receiver,
        shop__views_dot_py=f"from django.db import transaction\n{imported}{atomic}",
    )
    assert len(findings(project, "send-before-commit")) == count


@pytest.mark.parametrize(
    ("sender", "count"),
    [("Room", 1), ('"chat.Room"', 1), ("Note", 0), ('"chat.Note"', 0)],
)
def test_a_receiver_that_another_module_connects_has_the_model_that_it_names(
    project, sender, count
):
    receiver = f"def changed(room, **kwargs):\n    {SENT}\n"
    connect = f"post_save.connect(changed, sender={sender})\n"
    write(
        project,
        chat__services_dot_py=HEAD + receiver,
        shop__views_dot_py="from django.db import transaction\nfrom chat.models import Room\n"
        "@transaction.atomic\ndef other():\n    Room.objects.create()\n",
        chat__signals_dot_py="from django.db.models.signals import post_save\n"
        f"from chat.models import Room, Note\nfrom chat.services import changed\n{connect}",
    )
    assert len(findings(project, "send-before-commit")) == count


@pytest.mark.parametrize(
    ("before", "bound", "count"),
    [
        ("", "    send = async_to_sync(get_channel_layer().group_send)\n", 1),
        ("send = async_to_sync(get_channel_layer().group_send)\n", "", 1),
        ("", "    send = get_channel_layer().group_send\n", 1),
        ("", "    send = async_to_sync(get_channel_layer().group_add)\n", 0),
        ("", "    send = async_to_sync(get_channel_layer().group_send)\n    send = print\n", 0),
        ("send = async_to_sync(get_channel_layer().group_send)\n", "    send = print\n", 0),
    ],
)
def test_a_method_of_the_layer_behind_a_variable_sends(tmp_path, before, bound, count):
    head = HEAD.partition("def send")[0]
    sent = "send('a', {'type': 'a', 'id': room.pk})\n"
    code = f"{head}{before}@transaction.atomic\ndef f(room):\n{bound}    {SAVE}{sent}"
    assert len(report(tmp_path, "send-before-commit", "", services=code)) == count


@pytest.mark.parametrize(("kind", "count"), [("room.changed", 1), ("room.deleted", 0)])
def test_nobody_reads_a_deleted_record(tmp_path, kind, count):
    sent = SENT.replace("'type': 'a'", f"'type': '{kind}'")
    code = f"{HEAD}@transaction.atomic\ndef f(room):\n    room.delete()\n    {sent}\n"
    assert len(report(tmp_path, "send-before-commit", "", services=code)) == count


@pytest.mark.parametrize(
    ("kind", "state", "count"),
    [("room.closed", "CLOSED", 0), ("room.changed", "CLOSED", 1), ("room.closed", "FULL", 1)],
)
def test_nobody_reads_a_state_that_the_message_tells(project, kind, state, count):
    sent = SENT.replace("'type': 'a'", f"'type': '{kind}'")
    stored = f"    room.state = '{state}'\n    room.save()\n"
    handler = f"    async def {kind.replace('.', '_')}(self, event): await self.send_json(event)\n"
    consumers = project / "chat/consumers.py"
    consumers.write_text(f"{consumers.read_text().rstrip()}\n\n{handler}")
    write(
        project,
        chat__services_dot_py=f"{HEAD}@transaction.atomic\ndef f(room):\n{stored}    {sent}\n",
    )
    assert len(findings(project, "send-before-commit")) == count


@pytest.mark.parametrize(("more", "count"), [("", 0), (ATOMIC, 1)])
def test_the_admin_alone_is_no_transaction_of_the_project(project, more, count):
    code = HEAD + "@receiver(post_save)\ndef f(**kwargs):\n    send('x')\n" + more
    change(project, "config/settings.py", '    "daphne",\n', '    "django.contrib.admin",\n')
    write(project, chat__services_dot_py=code)
    assert len(findings(project, "send-before-commit")) == count


def test_callers_of_one_sender_are_reported_once_at_the_place_that_sends(tmp_path):
    code = HEAD + "".join(
        f"@transaction.atomic\ndef f{n}():\n    {SAVE}send('x')\n" for n in range(5)
    )
    assert report(tmp_path, "send-before-commit", "", services=code) == ["warning"]
    (finding,) = RULES["send-before-commit"].check(Project(str(tmp_path)))
    line = HEAD.splitlines().index("def send(room):") + 3
    assert (finding.location.path, finding.location.line) == ("chat/services.py", line)
    first = len(HEAD.splitlines()) + 4
    assert f"chat/services.py:{first}, " in finding.message
    assert "and 2 more" in finding.message
    assert "+transaction.on_commit(lambda: async_to_sync(" in finding.fix


@pytest.mark.parametrize(
    ("sent", "fix"),
    [
        (SENT, f"-{SENT}\n+transaction.on_commit(lambda: {SENT})"),
        (
            SENT.replace("'chat', ", "'chat',\n        "),
            (
                "-async_to_sync(get_channel_layer().group_send)('chat',\n"
                "+transaction.on_commit(lambda: async_to_sync(get_channel_layer().group_send)"
                "('chat',\n-{'type': 'a', 'room': room.pk})\n+{'type': 'a', 'room': room.pk}))"
            ),
        ),
        (
            f"try:\n        {SENT}\n    except OSError:\n        pass",
            f"-{SENT}\n+transaction.on_commit(lambda: {SENT}, robust=True)",
        ),
        (
            f"for room in rooms:\n        {SENT}",
            "transaction.on_commit(partial(async_to_sync(get_channel_layer().group_send), …))",
        ),
    ],
)
def test_a_message_waits_for_the_commit_with_its_own_arguments(tmp_path, sent, fix):
    receiver = "@receiver(post_save, sender=Room)\ndef f(rooms, **kwargs):"
    report(tmp_path, "send-before-commit", "", services=f"{HEAD}{receiver}\n    {sent}{ATOMIC}")
    (finding,) = RULES["send-before-commit"].check(Project(str(tmp_path)))
    assert finding.fix == fix


@pytest.mark.parametrize(
    ("sent", "is_early"),
    [
        ("{'type': 'a', 'text': instance.name, 'open': Room.objects.count()}", False),
        ("{'type': 'a', 'text': f'{instance.pk}: {instance.made.isoformat()}'}", False),
        ("{'type': 'a', 'user_id': instance.user.pk, 'text': instance.name}", False),
        ("{'type': 'a', 'owner': instance.owner_id, 'text': instance.name}", False),
        ("{'type': 'a', 'id': instance.pk, 'room': Serializer(instance).data}", False),
        ("{'type': 'a', 'id': instance.pk, 'room': instance.as_dict}", False),
        ("{'type': 'a', 'text': dumps(whole)}", False),
        ("{'type': 'a', 'id': instance.pk, 'text': instance.name}", True),
        ("{'type': 'a', 'id': instance.pk, 'v': [instance.a, instance.b, instance.c]}", False),
        ("{'type': 'a', 'payload': updated}", True),
        ("{'type': 'a', 'room': instance.pk}", True),
        ("{'type': 'a', 'room': str(instance.uuid), 'by': name}", True),
        ("{'type': 'a', 'room_id': room_id}", True),
        ("{'type': 'a', 'data': serialized(instance)}", False),
        ("message", False),
    ],
)
def test_only_a_message_with_a_key_in_place_of_a_record_is_early(tmp_path, sent, is_early):
    code = f"""{HEAD}
@receiver(post_save, sender=Room)
def f(instance, message, room_id, name: str = "", **kwargs):
    whole = Serializer(instance).data
    updated = {{"event": name}}
    updated.update({{"uuid": instance.uuid}})
    async_to_sync(get_channel_layer().group_send)('chat', {sent})
{ATOMIC}"""
    expected = ["warning"] if is_early else []
    assert report(tmp_path, "send-before-commit", "", services=code) == expected


@pytest.mark.parametrize(
    ("test", "values", "is_early"),
    [
        ("not created", "instance.a, instance.b, instance.c", False),
        ("not created", "instance.a", True),
        ("created", "instance.a, instance.b, instance.c", True),
        ("created", "instance.a, instance.b, instance.c, instance.d, instance.e", False),
    ],
)
def test_an_update_with_the_values_of_its_record_is_not_early(tmp_path, test, values, is_early):
    code = f"""{HEAD}
@receiver(post_save, sender=Room)
def f(instance, created, **kwargs):
    if {test}:
        room = {{"id": instance.pk, "values": [{values}]}}
        async_to_sync(get_channel_layer().group_send)('chat', {{'type': 'a', 'room': room}})
{ATOMIC}"""
    assert bool(report(tmp_path, "send-before-commit", "", services=code)) == is_early


CONSUMER = """
class Board(AsyncWebsocketConsumer):
    async def board_changed(self, event):
        {body}

    async def show(self):
        return [each.name async for each in Room.objects.all()]
"""


@pytest.mark.parametrize(
    ("signal", "sent", "body", "is_early"),
    [
        ("post_save", "{'type': 'board.changed'}", "await self.show()", True),
        ("post_save", "{'type': 'board.changed', 'event': 'new'}", "await self.show()", True),
        ("post_save", "{'type': 'board.changed'}", "await self.close()", False),
        ("post_save", "{'type': 'board.changed', 'id': instance.pk}", "self.shown = None", False),
        ("post_save", "{'type': 'board.changed', 'id': instance.pk}", "await self.show()", True),
        ("post_save", "{'type': 'board.changed', 'id': instance.pk}", "await self.send('')", True),
        (
            "pre_delete",
            "{'type': 'board.changed', 'id': instance.pk}",
            "await self.send('')",
            False,
        ),
        ("pre_delete", "{'type': 'board.changed', 'id': instance.pk}", "await self.show()", True),
    ],
)
def test_a_message_is_early_where_its_handler_reads_or_passes_a_key_on(
    tmp_path, signal, sent, body, is_early
):
    code = (
        HEAD + f"from django.db.models.signals import {signal}\n@receiver({signal}, sender=Room)\n"
    )
    code += "def f(instance, **kwargs):\n"
    code += f"    async_to_sync(get_channel_layer().group_send)('chat', {sent})\n{ATOMIC}"
    consumer = CONSUMER.format(body=body)
    expected = ["warning"] if is_early else []
    assert report(tmp_path, "send-before-commit", consumer, services=code) == expected


def test_the_message_of_a_deletion_is_made_before_its_record_loses_the_key(tmp_path):
    code = (
        f"{HEAD}from django.db.models.signals import pre_delete\n"
        "@receiver(pre_delete, sender=Room)\ndef f(instance, **kwargs):\n"
        "    message = {'type': 'board.changed', 'id': instance.pk}\n"
        "    async_to_sync(get_channel_layer().group_send)('chat', message)\n"
    )
    consumer = CONSUMER.format(body="await self.show()")
    report(tmp_path, "send-before-commit", consumer, services=code)
    [finding] = RULES["send-before-commit"].check(Project(str(tmp_path)))
    assert finding.fix.startswith("transaction.on_commit(partial(")
    assert finding.symptom == "The page still shows what is deleted."


def test_a_view_in_the_transaction_of_its_request_is_reported(tmp_path):
    views = HEAD + f"def view(request):\n    {SAVE}send('x')\n"
    views += f"@transaction.non_atomic_requests\ndef other(request):\n    {SAVE}send('x')\n"
    more = {"config/settings.py": 'DATABASES["default"]["ATOMIC_REQUESTS"] = True\n'}
    assert report(tmp_path, "send-before-commit", "", more.items(), views=views) == ["warning"]


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("self.scope['session']['x'] = 1", 1),
        ("del self.scope['session']['x']", 1),
        ("self.scope['session'].update(x=1)", 1),
        ("await login(self.scope, user)", 1),
        ("session = self.scope['session']\n        await session.aset('x', 1)", 1),
        ("session = self.scope['session']\n        session['x'] = 1", 1),
        ("session = self.scope['session']\n        session['x'] = 1\n        keep(session)", 0),
        ("session = self.scope['session']\n        session['x'] = 1\n        return session", 0),
        ("session = self.scope['session']\n        session = {}\n        session['x'] = 1", 0),
        ("session = self.scope['session']\n        x = await session.aget('x')", 0),
        ("self.session = session = self.scope['session']\n        session['x'] = 1", 1),
        ("self.kept = self.scope['session']\n        await self.kept.aset('x', 1)", 1),
        ("self.kept = self.scope['session']\n        await self.kept.aget('x')", 0),
        ("self.kept = self.scope['session']\n        keep(self.kept.update(x=1), self.kept)", 0),
        (
            "self.kept = self.scope['session']\n        self.kept = {}\n        self.kept['x'] = 1",
            0,
        ),
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


def test_the_unsaved_changes_of_a_project_are_one_finding(tmp_path):
    line = "self.scope['session']['x'] = 1"
    text = method(f"{line}\n{line}") + "\n" + method(line).replace("Chat", "Other")
    assert report(tmp_path, "session-unsaved", text) == ["warning"]
    (finding,) = RULES["session-unsaved"].check(Project(str(tmp_path)))
    first = finding.location.line
    assert f"chat/consumers.py:{first + 1}, chat/consumers.py:{first + 4}." in finding.message


def test_messages_of_one_transaction_are_one_finding(project):
    code = f"{HEAD}\n@transaction.atomic\ndef f(room):\n    {SAVE}{SENT}\n    {SENT}\n"
    write(project, chat__services_dot_py=code)
    rules = [RULES["send-before-commit"]]
    reported = without_repeats(find_faults(Project(str(project)), rules))
    assert ["The same holds for line" in each["message"] for each in reported] == [True]

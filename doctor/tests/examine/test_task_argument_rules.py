"""Objects among the arguments of Celery tasks."""

import pytest
from support.chat_project import report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

RULE = "task-argument"
TASKS = "from celery import shared_task\n\n\n@shared_task\ndef greet(*args, **kwargs): pass\n"
PLAIN = "def greet(*args, **kwargs): pass\n"
VIEW = "from chat.models import Room\nfrom chat.tasks import greet\n\n\ndef view(request):\n"


def in_view(tmp_path, lines, tasks=TASKS, more=()):
    body = "".join(f"    {line}\n" for line in lines.splitlines())
    return report(tmp_path, RULE, "", more, views=VIEW + body, tasks=tasks)


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("greet.delay(request.user)", 1),
        ("greet.delay(user=request.user)", 1),
        ("greet.apply_async([request.user])", 1),
        ("greet.apply_async(kwargs={'user': request.user})", 1),
        ("room = Room.objects.get(pk=1)\ngreet.delay(room, 'x')", 1),
        ("greet.delay(Room.objects.all())", 1),
        ("greet.delay(request.user.pk)", 0),
        ("room = Room.objects.get(pk=1)\ngreet.delay(room.pk)", 0),
        ("room = find()\ngreet.delay(room)", 0),
        ("other.delay(request.user)", 0),
        ("greet.start(request.user)", 0),
        ("greet.apply_async(args)", 0),
    ],
)
def test_a_task_gets_no_instance(tmp_path, lines, count):
    assert len(in_view(tmp_path, lines)) == count


def test_a_function_that_is_no_task_may_have_a_delay(tmp_path):
    assert in_view(tmp_path, "greet.delay(request.user)", PLAIN) == []


def test_pickle_carries_every_object(tmp_path):
    more = {"config/settings.py": "\nCELERY_TASK_SERIALIZER = 'pickle'\n"}
    assert in_view(tmp_path, "greet.delay(request.user)", more=more) == []


@pytest.mark.parametrize(
    ("lines", "setting", "name"),
    [
        ("greet.delay(request.user)", "", "User"),
        ("greet.delay(request.user)", "AUTH_USER_MODEL = 'chat.Person'", "Person"),
        ("greet.delay(Room.objects.get(pk=1))", "", "Room"),
        ("greet.delay(Room.objects.all())", "", "QuerySet"),
    ],
)
def test_the_symptom_names_the_class_of_the_object(tmp_path, lines, setting, name):
    in_view(tmp_path, lines, more={"config/settings.py": f"\n{setting}\n"})
    [finding] = RULES[RULE].check(Project(str(tmp_path)))
    assert f"Object of type {name} is not JSON serializable" in finding.symptom
    assert ("as a list" in finding.message) == (name == "QuerySet")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config/settings.py", "CELERY_TASK_ALWAYS_EAGER = True"),
        ("config/codec.py", "from kombu.utils.json import register_type\nregister_type(Room, 'r')"),
        ("config/codec.py", "from kombu.serialization import register\nregister('own', f, g)"),
        ("config/celery.py", "from celery import Celery\nclass App(Celery):\n    task_cls = Own"),
    ],
)
def test_a_project_may_carry_objects_in_its_own_way(tmp_path, path, text):
    assert in_view(tmp_path, "greet.delay(request.user)", more={path: f"\n{text}\n"}) == []

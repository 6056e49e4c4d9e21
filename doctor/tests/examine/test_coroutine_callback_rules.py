"""Coroutine functions in the hands of code that only calls them."""

import pytest
from support.chat_project import report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

RULE = "coroutine-callback"
HEAD = "from celery import Celery, shared_task\nimport threading\napp = Celery('x')\n"
SEND = "get_channel_layer().group_send"
OWN = "async def own(): pass\ndef plain(): pass\n"


@pytest.mark.parametrize(
    ("call", "count"),
    [
        (f"threading.Thread(target={SEND}, args=('x', {{}})).start()", 1),
        ("threading.Thread(target=own).start()", 1),
        ("threading.Timer(5, own).start()", 1),
        ("transaction.on_commit(own)", 1),
        (f"threading.Thread(target=async_to_sync({SEND}), args=('x', {{}})).start()", 0),
        ("threading.Thread(target=plain).start()", 0),
        ("threading.Thread(target=unknown).start()", 0),
        ("transaction.on_commit(lambda: plain())", 0),
    ],
)
def test_a_thread_gets_no_coroutine_function(tmp_path, call, count):
    text = f"{HEAD}{OWN}def start():\n    {call}\n"
    assert len(report(tmp_path, RULE, text)) == count


@pytest.mark.parametrize(
    ("decorators", "kind", "count"),
    [
        (["shared_task"], "async def", 1),
        (["shared_task(ignore_result=True)"], "async def", 1),
        (["app.task"], "async def", 1),
        (["app.task(bind=True)"], "async def", 1),
        (["shared_task"], "def", 0),
        (["shared_task", "async_to_sync"], "async def", 0),
        (["shared_task(base=Awaiting)"], "async def", 0),
        (["other.task"], "async def", 0),
        ([], "async def", 0),
    ],
)
def test_a_task_is_no_coroutine_function(tmp_path, decorators, kind, count):
    lines = [*(f"@{each}" for each in decorators), f"{kind} announce(text):", "    pass"]
    assert len(report(tmp_path, RULE, HEAD + "\n".join(lines))) == count


@pytest.mark.parametrize(
    "more",
    [
        {"requirements.txt": "celery\ncelery-aio-pool\n"},
        {"Procfile": "worker: celery -A config worker --pool=celery_aio_pool.pool:AsyncIOPool\n"},
        {"config/celery.py": "from celery import Celery\napp = Celery('x', task_cls='y:Task')\n"},
        {"config/celery.py": "from celery import Celery\napp = Celery('x')\napp.Task = Own\n"},
        {"config/celery.py": "from celery import Celery\nclass App(Celery):\n    pass\n"},
    ],
)
def test_a_pool_or_a_class_of_tasks_may_await(tmp_path, more):
    text = f"{HEAD}@shared_task\nasync def announce(text):\n    pass\n"
    assert report(tmp_path, RULE, text, more) == []


def test_the_symptom_names_the_coroutine(tmp_path):
    report(tmp_path, RULE, f"{HEAD}{OWN}threading.Thread(target=own).start()\n")
    [finding] = RULES[RULE].check(Project(str(tmp_path)))
    assert finding.symptom == "RuntimeWarning: coroutine 'own' was never awaited"

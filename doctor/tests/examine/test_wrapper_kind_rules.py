"""What a decorator puts in place of a method that an asynchronous consumer awaits."""

import pytest
from support.chat_project import report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

RULE = "wrapper-kind"
TEXT = """
def staff_only(handler):
    {kind} wrapper(self, *args, **kwargs):
        {body}
    return wrapper
class Chat({base}):
    @staff_only
    {method}(self, text_data=None, bytes_data=None):
        pass
{more}
"""
IF = "if self.is_staff:\n            return handler(self, *args, **kwargs)"


def text(body=IF, kind="def", base="AsyncWebsocketConsumer", method="async def receive", more=""):
    return TEXT.format(body=body, kind=kind, base=base, method=method, more=more)


@pytest.mark.parametrize(
    ("code", "count"),
    [
        (text(), 1),
        (text("if not self.is_staff:\n            return\n        return handler(self)"), 1),
        (
            text("if self.x:\n            f()\n        else:\n            return handler(self)"),
            1,
        ),
        (text(f"{IF}\n        self.count += 1\n        log(self)"), 1),
        (text(kind="async def"), 0),
        (text("return handler(self)"), 0),
        (text(f"{IF}\n        return self.close()"), 0),
        (text(f"{IF}\n        raise StopConsumer()"), 0),
        (text("if self.is_staff:\n            return log(self)"), 0),
        (text(base="WebsocketConsumer", method="def receive"), 0),
        (text(method="async def other"), 0),
        (text().replace("@staff_only", "@elsewhere"), 0),
    ],
)
def test_a_wrapper_that_returns_none_on_a_path_is_reported(tmp_path, code, count):
    assert len(report(tmp_path, RULE, code)) == count


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ("", "-def wrapper(self, *args, **kwargs):"),
        ("@staff_only\ndef view(request):\n    pass", "Return a coroutine on each path"),
    ],
)
def test_the_fix_makes_a_wrapper_of_coroutine_functions_asynchronous(tmp_path, more, first):
    report(tmp_path, RULE, text(more=more))
    [found] = RULES[RULE].check(Project(str(tmp_path)))
    assert found.fix.startswith(first)
    assert more or "+return await handler(self, *args, **kwargs)" in found.fix

"""The arguments of `as_asgi()` that Channels drops."""

import pytest
from support.chat_project import report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

RULE = "as-asgi-argument"
CLASSES = """
class Board({base}):
    '''A board.'''
    {member}
    async def connect(self):
        {body}
application = Board.as_asgi({arguments})
"""


@pytest.mark.parametrize(
    ("member", "body", "arguments", "count"),
    [
        ("", "print(self.game)", "game='go'", 1),
        ("game = 'checkers'", "print(self.game)", "game='go'", 1),
        ("", "print(self.game, self.size)", "game='go', size=3", 1),
        ("", "print(self.size)", "game='go'", 0),
        ("", "print(self.game)", "", 0),
        ("", "print(self.game)", "**options", 0),
        ("", "self.game = 'go'; print(self.game)", "game='go'", 0),
        ("", "print(getattr(self, 'game', 'go'), self.game)", "game='go'", 0),
        ("def game(self): return 'go'", "print(self.game())", "game='go'", 0),
        ("def __init__(self, game): pass", "print(self.game)", "game='go'", 0),
        ("def __getattr__(self, name): pass", "print(self.game)", "game='go'", 0),
    ],
)
def test_an_argument_that_the_consumer_only_reads_is_reported(
    tmp_path, member, body, arguments, count
):
    base = "AsyncWebsocketConsumer"
    text = CLASSES.format(base=base, member=member, body=body, arguments=arguments)
    assert len(report(tmp_path, RULE, text)) == count


@pytest.mark.parametrize("base", ["Unknown, AsyncWebsocketConsumer", "Unknown"])
def test_a_class_of_another_package_may_use_the_argument(tmp_path, base):
    text = CLASSES.format(base=base, member="", body="print(self.game)", arguments="game='go'")
    assert report(tmp_path, RULE, text) == []


@pytest.mark.parametrize(
    ("member", "default", "symptom"),
    [("", "None", "AttributeError"), ("game = 'checkers'", "self.game", "The consumer has")],
)
def test_the_fix_takes_the_arguments_before_the_first_method(tmp_path, member, default, symptom):
    body, arguments = "print(self.game, self.size)", "game='go', size=3"
    text = CLASSES.format(
        base="AsyncWebsocketConsumer", member=member, body=body, arguments=arguments
    )
    report(tmp_path, RULE, text)
    [found] = RULES[RULE].check(Project(str(tmp_path)))
    assert found.fix.splitlines() == [
        " class Board(AsyncWebsocketConsumer):",
        " …",
        "-    async def connect(self):",
        "+    def __init__(self, *args, **kwargs):",
        f'+        self.game = kwargs.pop("game", {default})',
        '+        self.size = kwargs.pop("size", None)',
        "+        super().__init__(*args, **kwargs)",
        "+",
        "+    async def connect(self):",
    ]
    assert found.symptom.startswith(symptom)

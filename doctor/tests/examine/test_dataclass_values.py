"""Dataclasses whose fields the channel layer or JSON cannot carry."""

import pytest
from support.chat_project import method, report
from support.sample_projects import RULES

from channels_doctor.examine.project import Project

HEAD = """
from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass
class Line:
    text: str
    sent_at: datetime


@dataclass
class Plain:
    text: str


"""
SEND = "await self.channel_layer.group_send('x', {{'type': 'chat.message', **{value}}})"
DUMP = "await self.send(json.dumps({{**{value}}}))"


@pytest.mark.parametrize(("rule", "send"), [("layer-value", SEND), ("json-value", DUMP)])
@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("asdict(Line(text_data, now))", 1),
        ("asdict(line)", 1),
        ("asdict(Plain(text_data))", 0),
        ("asdict(Line(text_data, now), dict_factory=made)", 0),
        ("asdict(self.line)", 0),
    ],
)
def test_a_field_of_a_dataclass_is_a_part_of_the_message(tmp_path, rule, send, value, count):
    body = f"line = Line(text_data, now)\n{send.format(value=value)}"
    assert len(report(tmp_path, rule, HEAD + method(body))) == count
    for finding in RULES[rule].check(Project(str(tmp_path))):
        assert "isoformat" not in finding.fix

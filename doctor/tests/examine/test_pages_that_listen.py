"""What a consumer does with messages matters where a client sends some."""

import pytest
from support.changed_project import change, findings, write

PAGE = "const socket = new WebSocket(url);\nsocket.onmessage = show;\n"


@pytest.mark.parametrize(
    ("script", "count"),
    [(PAGE, 0), (PAGE + "socket.send('{}');\n", 1), ("show();\n", 1)],
)
def test_a_type_that_no_page_can_cause_is_ignored(project, script, count):
    change(project, "chat/consumers.py", '"chat.message"', '"chat.unknown"')
    write(project, chat__static__chat_dot_js=script)
    assert len(findings(project, "handler-missing")) == count

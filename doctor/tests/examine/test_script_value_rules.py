"""Texts of the server in the scripts of templates."""

import pytest
from support.changed_project import findings, write

RULE = "script-value"
VIEWS = """
from django.shortcuts import render
def room(request, room_name, key=None):
    {}
    return render(request, "chat/room.html", {{"room_name": room_name, "key": key}})
"""
URLS = (
    'from chat import views\nfrom django.urls import path\nurlpatterns = [path("{}", views.room)]'
)
PAGE = "<script{}>\n{}\nnew WebSocket(`ws://${{location.host}}/ws/chat/`);\n</script>\n"
LINE = "const room = {{ room_name }};"
ROUTE = "chat/<room_name>/"


def make(project, line=LINE, route=ROUTE, statement="pass", tag="", more="", page=PAGE):
    write(project, chat__views_dot_py=VIEWS.format(statement) + more)
    write(project, config__urls_dot_py=URLS.format(route))
    path = project / "chat/templates/chat/room.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page.format(tag, line))
    return [each["fix"] for each in findings(project, RULE)]


@pytest.mark.parametrize(
    ("line", "route", "name"),
    [
        (LINE, ROUTE, "room_name"),
        ("  let room = {{room_name|escapejs}}", "chat/<slug:room_name>/", "room_name"),
        ("var key = {{ key|safe }};", "<str:room_name>/<uuid:key>/", "key"),
        ("var me = {{ request.user.username }};", ROUTE, "request.user.username"),
        ("var me = {{ user.email }};", ROUTE, "user.email"),
    ],
)
def test_a_text_without_quotes_is_reported(project, line, route, name):
    (fix,) = make(project, line, route)
    assert f'= "{{{{ {name}|escapejs }}}}"' in fix


@pytest.mark.parametrize(
    "options",
    [
        {"line": 'const room = "{{ room_name }}";'},
        {"line": "const room = {{ room_name|json }};"},
        {"line": "const room = {{ room.pk }};"},
        {"line": "// const room = {{ room_name }};"},
        {"line": "const text = `\nconst room = {{ room_name }};\n`;"},
        {"route": "chat/<int:room_name>/"},
        {"line": "const key = {{ key }};", "route": "<str:room_name>/<str:key>/"},
        {"statement": "room_name = key"},
        {"tag": ' type="application/json"'},
        {"more": 'def other(request):\n    return render(request, "chat/room.html", {})\n'},
        {"more": 'class Page:\n    template_name = "chat/room.html"\n'},
        {"page": PAGE.replace("new", "</script><script>\\nnew")},
        {"page": "{{% verbatim %}}" + PAGE},
    ],
)
def test_a_value_that_may_be_a_number_or_code_is_ignored(project, options):
    assert make(project, **options) == []

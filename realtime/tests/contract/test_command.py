"""`manage.py asyncapi` writes the contract, and finds a file that is out of date."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import path

from channels_realtime.consumers import MessageConsumer
from people.consumers import EchoConsumer, Said, TypedEchoConsumer
from support.commands import manage
from support.hostile_messages import HostileConsumer


def asyncapi(*arguments):
    """Run the command; return its output and its warnings."""
    output, warnings = StringIO(), StringIO()
    call_command("asyncapi", *arguments, stdout=output, stderr=warnings, no_color=True)
    return output.getvalue(), warnings.getvalue()


def test_the_document_describes_the_routes_and_what_the_server_receives_and_sends(settings):
    settings.REALTIME_CONTRACT_TITLE = "People"
    settings.REALTIME_CONTRACT_VERSION = "2.1.0"
    document = json.loads(asyncapi()[0])
    assert document["info"] == {"title": "People", "version": "2.1.0"}
    assert list(document["channels"]) == ["ws.echo", "ws.echo.typed"]
    plain, typed = document["channels"].values()
    assert "messages" not in plain
    assert (typed["address"], typed["title"]) == ("/ws/echo/typed/", "TypedEchoConsumer")
    actions = {
        (operation["action"], message["$ref"].rpartition("/")[2])
        for operation in document["operations"].values()
        for message in operation["messages"]
    }
    assert actions == {
        *(("receive", each) for each in ("Ping", "Say")),
        *(("send", each) for each in ("Error", "Pong", "Said")),
    }
    messages = document["components"]["messages"]
    assert list(messages) == ["Error", "Ping", "Pong", "Said", "Say"]
    assert messages["Say"]["name"] == "echo.say"
    text = document["components"]["schemas"]["Say"]["properties"]["text"]
    assert text == {"type": "string", "maxLength": 2000}


def test_two_channels_have_different_ids_and_anonymous_clients_are_mentioned(serve_routes):
    consumer = HostileConsumer.as_asgi()
    serve_routes(path("ws/room/", consumer), path("ws/<room>/", consumer), path("é", consumer))
    channels = json.loads(asyncapi()[0])["channels"]
    assert list(channels) == ["ws.room", "ws.room-2", "root"]
    assert channels["ws.room-2"]["parameters"] == {"room": {"description": "Matches [^/]+"}}
    assert channels["ws.room"]["description"].endswith("Anonymous clients are closed with 4401.")


@pytest.mark.parametrize(("option", "seed"), [([], "1"), (["--typescript"], "2")])
def test_the_output_is_the_same_in_every_process_and_ends_with_one_newline(tmp_path, option, seed):
    result = manage("asyncapi", *option, folder=tmp_path, PYTHONHASHSEED=seed)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == asyncapi(*option)[0]
    assert result.stdout.endswith("}\n")
    assert not result.stdout.endswith("}\n\n")


@pytest.mark.parametrize("option", [[], ["--typescript"]])
def test_check_accepts_the_file_until_a_message_changes(serve_routes, tmp_path, option):
    path_of_file = tmp_path / "contract"
    arguments = [*option, "--output", str(path_of_file)]
    assert asyncapi(*arguments) == ("", "")
    assert path_of_file.read_text("utf-8") == asyncapi(*option)[0]
    asyncapi(*arguments, "--check")
    serve_routes(path("ws/other/", TypedEchoConsumer.as_asgi()))
    command = "python manage.py asyncapi " + " ".join(arguments)
    with pytest.raises(CommandError, match="is not up to date") as failure:
        asyncapi(*arguments, "--check")
    assert str(failure.value).endswith(f"Run: {command}")
    assert failure.value.returncode == 1
    asyncapi(*arguments)
    asyncapi(*arguments, "--check")


@pytest.mark.parametrize("option", [[], ["--check"]])
def test_a_file_that_cannot_be_used_is_an_error(tmp_path, option):
    with pytest.raises(CommandError, match=r"cannot be (read|written): No such file"):
        asyncapi("--output", str(tmp_path / "missing" / "file"), *option)


def test_check_needs_a_file():
    with pytest.raises(CommandError, match="add --output FILE"):
        asyncapi("--check")


class Room(MessageConsumer):
    def get_groups(self):
        return ["room"]


class CompleteRoom(Room):
    sends = Said


def test_a_consumer_with_groups_and_no_sends_causes_a_warning(serve_routes):
    consumers = (Room, Room, CompleteRoom, TypedEchoConsumer, EchoConsumer)
    serve_routes(*(path(f"{n}/", each.as_asgi()) for n, each in enumerate(consumers)))
    output, warnings = asyncapi()
    assert json.loads(output)["channels"]
    assert warnings.count("Warning:") == warnings.count("Warning: Room has groups and no") == 1


def test_a_mistake_is_one_sentence(settings):
    settings.ASGI_APPLICATION = "nowhere.application"
    with pytest.raises(CommandError, match="ASGI_APPLICATION module 'nowhere'"):
        asyncapi()

"""The ASGI applications: routing, wrappers, and the lifespan."""

import pytest


@pytest.mark.parametrize("path", ["/ws/none/", "/ws/echo", "/", "/ws/echo//"])
async def test_an_unknown_path_is_refused_and_logged_without_an_error(open_socket, path, caplog):
    assert not (await open_socket(path)).accepted
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        f"A socket was refused: no route for {path!r}."
    ]

"""Exports: the page that starts one, and the progress that its user sees."""

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.urls import reverse

from exports import views, work

SOCKET = "/ws/progress/"


@pytest.fixture(autouse=True)
def quick_export(monkeypatch):
    """Let an export have two rows, and take no time."""
    monkeypatch.setattr(work, "ROWS", 2)
    monkeypatch.setattr(work, "SECONDS", 0)
    cache.clear()


async def listed(connect, user):
    """Open the user's page, and return its socket and the work that it shows."""
    socket = await connect(SOCKET, user)
    return socket, (await socket.receive_message("progress.listed"))["works"]


def test_the_page_is_for_users_and_only_a_form_starts_an_export(client, bob):
    assert client.get(reverse("exports")).status_code == 302
    client.force_login(bob)
    assert client.get(reverse("exports")).status_code == 200
    assert client.get(reverse("start_export")).status_code == 405


async def test_an_export_is_shown_to_its_user_until_it_is_finished(
    connect, async_client, alice, bob
):
    await async_client.aforce_login(alice)
    socket, works = await listed(connect, alice)
    assert works == []
    assert (await async_client.post(reverse("start_export"))).status_code == 302
    state = "running"
    while state == "running":
        changed = await socket.receive_message("progress.changed")
        state = changed["state"]
    assert (state, changed["done"], changed["total"]) == ("succeeded", 2, 2)
    assert (await listed(connect, alice))[1][0]["state"] == "succeeded"
    assert (await listed(connect, bob))[1] == []


def test_a_user_has_one_export_at_a_time(client, alice, bob, monkeypatch):
    def start(user):
        client.force_login(user)
        return client.post(reverse("start_export"), follow=True).content.decode()

    started: list[str] = []
    monkeypatch.setattr(views, "start_export", lambda user: started.append(user.username))
    refusal = "Your last export is still running."
    assert [refusal in start(user) for user in (alice, alice, bob)] == [False, True, False]
    work.write_export(alice)  # it ends
    assert refusal not in start(alice)
    assert started == ["alice", "bob", "alice"]


async def test_a_failure_is_shown(connect, alice, monkeypatch):
    monkeypatch.setattr(work, "SECONDS", -1)  # time.sleep() refuses it
    socket, _ = await listed(connect, alice)
    with pytest.raises(ValueError, match="non-negative"):
        await sync_to_async(work.write_export)(alice)
    states: list[str] = []
    while states[-1:] != ["failed"]:
        states.append((await socket.receive_message("progress.changed"))["state"])


async def test_a_stranger_is_closed_with_4401(connect):
    assert await (await connect(SOCKET)).receive_close() == 4401

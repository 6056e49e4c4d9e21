"""Creating tickets: for whom, for which path, and how many."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from channels_realtime.auth.logins import SessionLogin
from channels_realtime.tickets.create import (
    MAX_WAITING,
    TooManyTicketsError,
    create_ticket,
    digest_of,
)
from channels_realtime.tickets.models import Ticket
from people.logins import TokenLogin

PATH = "/ws/bot/"


@pytest.fixture
def browser(bob):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    return browser


def post(browser, path=PATH):
    browser.cookies["csrftoken"] = token = "0" * 32
    return browser.post(reverse("ticket"), {"path": path}, headers={"X-CSRFToken": token})


def test_the_user_of_a_session_gets_a_ticket(browser, bob):
    response = post(browser)
    assert response.status_code == 200
    assert response.json()["expires_in"] == 30
    assert "no-store" in response.headers["Cache-Control"]
    [row] = Ticket.objects.all()
    assert (row.path, row.user) == (PATH, str(bob.pk))
    assert row.login == "channels_realtime.auth.logins.SessionLogin"
    assert row.expires - timezone.now() < timedelta(seconds=30)


def test_a_ticket_itself_is_not_stored(browser):
    ticket = post(browser).json()["ticket"]
    assert ticket not in str(Ticket.objects.values())
    assert len(ticket) == 43


def test_a_stranger_gets_no_ticket(db):
    assert post(Client()).status_code == 403


def test_a_page_of_another_site_gets_no_ticket(browser):
    assert browser.post(reverse("ticket"), {"path": PATH}).status_code == 403
    assert not Ticket.objects.exists()


def test_a_ticket_is_not_created_by_other_methods(browser):
    assert browser.get(reverse("ticket"), {"path": PATH}).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["", "ws/bot/", "https://evil.example/", "/ws/?a=1", "/ws/#a", "/ws/%00/", "/" + "x" * 500],
)
def test_a_ticket_is_for_a_path(browser, path):
    response = post(browser, path)
    assert response.status_code == 400
    assert "/ws/bot/" in response.json()["detail"]
    assert not Ticket.objects.exists()


def test_a_user_has_few_tickets_and_expired_ones_are_deleted(browser, alice):
    for _ in range(MAX_WAITING):
        assert post(browser).status_code == 200
    assert post(browser).status_code == 429
    with pytest.raises(TooManyTicketsError):
        create_ticket(TokenLogin(browser_user(), "key"), PATH)
    assert create_ticket(TokenLogin(alice, "key"), PATH)  # another user is not affected
    Ticket.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert post(browser).status_code == 200
    assert Ticket.objects.count() == 1


def test_a_command_deletes_expired_tickets_and_no_others(alice, capsys):
    unused, waiting = [create_ticket(TokenLogin(alice, "key"), PATH) for _ in range(2)]
    expired = Ticket.objects.filter(digest=digest_of(unused))
    expired.update(expires=timezone.now() - timedelta(seconds=1))
    call_command("cleartickets")
    assert capsys.readouterr().out == "Expired tickets deleted: 1\n"
    assert Ticket.objects.get().digest == digest_of(waiting)


def browser_user():
    from people.models import Person

    return Person.objects.get(username="bob")


def test_the_class_of_a_login_must_be_found_again(bob):
    class LocalLogin(SessionLogin):
        def __init__(self):
            self.user, self.key, self.expires = bob, "key", None

    with pytest.raises(ValueError, match="at the top of a module"):
        create_ticket(LocalLogin(), PATH)

"""Signing in, and how the first users are made."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User


@pytest.fixture
def provision(db, monkeypatch):
    """Run the command with passwords on standard input; return what it said."""

    def provision(*names, passwords=None):
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(passwords or {})))
        output = io.StringIO()
        call_command("provision", *names, passwords_stdin=True, verbosity=0, stdout=output)
        return output.getvalue().splitlines()

    return provision


def test_superusers_are_created_with_their_passwords(provision, client):
    said = provision("alice", "bob", passwords={"alice": "one", "bob": "two"})
    assert said == ["created alice", "created bob"]
    assert client.login(username="alice", password="one")
    assert client.login(username="bob", password="two")
    assert User.objects.filter(is_superuser=True, is_staff=True).count() == 2


def test_a_user_who_exists_is_left_as_he_is(provision, client):
    User.objects.create_user("alice", password="old")
    assert provision("alice", passwords={"alice": "new"}) == ["kept alice"]
    assert client.login(username="alice", password="old")
    assert not User.objects.get().is_superuser


def test_without_a_password_nobody_can_sign_in(provision, monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD", raising=False)
    provision("alice")
    assert not User.objects.get().has_usable_password()


def test_a_name_outside_the_rule_creates_nobody(provision):
    with pytest.raises(CommandError, match="a b"):
        provision("alice", "a b")
    assert not User.objects.exists()


def test_signing_in_leads_to_the_front_page_and_signing_out_back(client, db):
    User.objects.create_user("alice", password="secret")
    data = {"username": "alice", "password": "secret"}
    assert client.post(reverse("login"), data).headers["Location"] == "/"
    assert client.get(reverse("account")).status_code == 200
    assert client.post(reverse("logout")).headers["Location"] == reverse("login")
    assert client.get(reverse("account")).status_code == 302


@pytest.mark.parametrize("page", ["login", "password_change", "account"])
def test_each_page_has_the_sites_name(client, alice, settings, page):
    settings.SITE_NAME = "Name of the site"
    if page != "login":
        client.force_login(alice)
    assert "Name of the site" in client.get(reverse(page)).content.decode()


def test_a_password_can_be_changed(client, db):
    user = User.objects.create_user("alice", password="old")
    client.force_login(user)
    new = "correct horse battery"
    data = {"old_password": "old", "new_password1": new, "new_password2": new}
    assert client.post(reverse("password_change"), data).headers["Location"] == reverse("account")
    assert client.login(username="alice", password=new)


def test_the_admin_opens_for_superusers(client, alice):
    client.force_login(alice)
    assert client.get("/admin/accounts/user/").status_code == 200

"""`manage.py provision`."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from channels_realtime.management.commands import provision as command
from people.models import Person


@pytest.fixture
def provision(db, monkeypatch):
    """Run the command with passwords on standard input, and return its output."""

    def provision(*names, passwords=None):
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(passwords or {})))
        output = io.StringIO()
        call_command("provision", *names, passwords_stdin=True, verbosity=0, stdout=output)
        return output.getvalue().splitlines()

    return provision


def test_superusers_are_created_with_their_passwords(provision, client):
    output = provision("alice", "bob", passwords={"alice": "one", "bob": "two"})
    assert output == ["created alice", "created bob"]
    assert client.login(username="alice", password="one")
    assert client.login(username="bob", password="two")
    assert Person.objects.filter(is_superuser=True, is_staff=True).count() == 2


def test_an_existing_user_is_left_unchanged(provision, client):
    Person.objects.create_user("alice", password="old")
    assert provision("alice", passwords={"alice": "new"}) == ["kept alice"]
    assert client.login(username="alice", password="old")
    assert not Person.objects.get().is_superuser


def test_a_superuser_without_a_password_cannot_log_in(provision, monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD", raising=False)
    provision("alice")
    assert not Person.objects.get().has_usable_password()


def test_an_invalid_name_creates_no_user(provision):
    with pytest.raises(CommandError, match="a b"):
        provision("alice", "a b")
    assert not Person.objects.exists()


def test_a_password_from_the_environment_is_that_of_users_without_their_own(
    provision, monkeypatch, client
):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "common")
    provision("alice", "bob", passwords={"alice": "one"})
    assert client.login(username="alice", password="one")
    assert client.login(username="bob", password="common")


def test_without_the_option_standard_input_is_not_read(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    call_command("provision", "alice", verbosity=0, stdout=io.StringIO())
    assert Person.objects.get().is_superuser


def test_a_database_that_does_not_answer_is_an_error_in_words(monkeypatch):
    def migrate(*arguments, **options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(command, "call_command", migrate)
    with pytest.raises(CommandError, match="The database does not answer: connection refused"):
        call_command("provision", stdout=io.StringIO())

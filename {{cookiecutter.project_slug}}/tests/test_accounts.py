"""The sign-in pages."""

import pytest
from django.urls import reverse

from accounts.models import User


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

"""The sign-in pages."""

import pytest
from django.conf import settings as project
from django.urls import reverse


def test_signing_in_leads_to_the_front_page_and_signing_out_back(client, alice):
    data = {"username": "alice", "password": "old"}
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


def test_no_page_links_to_itself_or_logs_out_twice(client, alice):
    assert f'href="{reverse("login")}"' not in client.get(reverse("login")).content.decode()
    client.force_login(alice)
    assert client.get(reverse("account")).content.decode().count("Log out") == 1


def test_a_password_can_be_changed(client, alice):
    client.force_login(alice)
    new = "correct horse battery"
    data = {"old_password": "old", "new_password1": new, "new_password2": new}
    assert client.post(reverse("password_change"), data).headers["Location"] == reverse("account")
    assert client.login(username="alice", password=new)


def test_a_wrong_password_is_named_on_the_page(client, alice):
    client.force_login(alice)
    response = client.post(reverse("password_change"), {"old_password": "wrong"})
    assert "<title>Error: Change your password" in response.content.decode()


def test_the_admin_opens_for_superusers_and_has_the_sites_title(client, alice, bob):
    client.force_login(bob)
    assert client.get("/admin/accounts/user/").status_code == 302
    client.force_login(alice)
    page = client.get("/admin/accounts/user/").content.decode()
    assert page.count(project.SITE_NAME) >= 2

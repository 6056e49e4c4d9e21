"""Browsers that log in to the site."""

from django.test import AsyncClient
from django.urls import reverse


async def log_in(username):
    """Return a browser in which the user has logged in with the password "old"."""
    browser = AsyncClient()
    data = {"username": username, "password": "old"}
    assert (await browser.post(reverse("login"), data)).status_code == 302
    return browser


async def change_password(browser, old, new):
    """Send the form with which users change their own password."""
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    response = await browser.post(reverse("password_change"), data)
    assert response.headers["Location"] == reverse("password_change_done")


async def is_logged_in(browser):
    """Return whether a page for authenticated users answers the browser."""
    return (await browser.get(reverse("password_change"))).status_code == 200

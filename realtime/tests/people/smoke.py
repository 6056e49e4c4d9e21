"""Smoke checks of the test site; SMOKE_FAILURE names one that fails."""

import os

from channels_realtime.smoke.site import Site


def users(site: Site) -> None:
    """The superusers are alice and bob, and forms can be sent"""
    statuses = {user: site.get("/admin/", user)[0] for user in ("", "alice", "bob", "carol")}
    assert statuses == {"": 302, "alice": 200, "bob": 200, "carol": 302}
    passwords = {"old_password": "wrong", "new_password1": "a", "new_password2": "b"}
    status, page = site.post("/accounts/password_change/", passwords, "carol")
    assert status == 200, f"HTTP {status}"
    assert "entered incorrectly" in page
    assert site.post("/accounts/logout/", {}, "carol")[0] == 302


if os.environ.get("SMOKE_FAILURE") == "check":

    def failing(site: Site) -> None:
        """It fails"""
        assert site.get("/healthz")[0] == 200
        with site.connect("ws/echo/"):
            raise AssertionError("the reason")


def _private(site: Site) -> None:
    raise AssertionError("a private function is no check")

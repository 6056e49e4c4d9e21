"""A smoke check of the tests' site, which fails when a test asks for it."""

import os

from channels_realtime.smoke.site import Site

if os.environ.get("SMOKE_FAILURE") == "check":

    def failing(site: Site) -> None:
        """It fails"""
        assert site.get("/healthz")[0] == 200
        with site.connect("ws/echo/"):
            raise AssertionError("the reason")


def _private(site: Site) -> None:
    raise AssertionError("a private function is no check")

"""The Content-Security-Policy."""

import pytest
from django.http import HttpResponse

from channels_realtime.http.csp import HEADER, ContentSecurityPolicyMiddleware

POLICY = {"default-src": "'self'", "img-src": ["'self'", "data:"]}


@pytest.fixture
def header(settings, rf):
    """Return a function that returns the header of a response."""
    settings.SECURE_CSP, settings.DEBUG = POLICY, False

    def header_of(**options):
        view = ContentSecurityPolicyMiddleware(lambda request: HttpResponse(**options))
        return view(rf.get("/")).headers.get(HEADER)

    return header_of


def test_every_response_has_the_policy(header):
    expected = "default-src 'self'; img-src 'self' data:"
    assert (header(), header(status=404)) == (expected, expected)


def test_a_view_may_set_its_own_policy(header):
    assert header(headers={HEADER: "default-src *"}) == "default-src *"


def test_without_the_setting_there_is_no_header(header, settings):
    del settings.SECURE_CSP
    assert header() is None


@pytest.mark.parametrize("status", [400, 404, 500])
def test_djangos_error_pages_of_development_have_no_policy(header, settings, status):
    settings.DEBUG = True
    assert header(status=status) is None
    assert header() is not None

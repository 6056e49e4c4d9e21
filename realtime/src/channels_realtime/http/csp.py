"""The Content-Security-Policy for Django 5.2. Django 6 has `django.middleware.csp` instead."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"
DEBUG_PAGES = (400, 404, 500)  # the statuses of Django's error pages in development


class ContentSecurityPolicyMiddleware:
    """Send the policy of SECURE_CSP, in the form of Django 6: {"default-src": ["'self'"]}.

    A view's own header stays. Without the setting, no header is sent. Nonces and
    SECURE_CSP_REPORT_ONLY need Django 6.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = build_policy(getattr(settings, "SECURE_CSP", {}))
        # Django's error pages of development contain inline scripts and styles.
        is_debug_page = settings.DEBUG and response.status_code in DEBUG_PAGES
        if policy and not is_debug_page:
            response.headers.setdefault(HEADER, policy)
        return response


def build_policy(directives: dict[str, str | list[str]]) -> str:
    """Return the value of the header."""
    values = {
        name: [value] if isinstance(value, str) else value for name, value in directives.items()
    }
    return "; ".join(f"{name} {' '.join(value)}" for name, value in values.items())

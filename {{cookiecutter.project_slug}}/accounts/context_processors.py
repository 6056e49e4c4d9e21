from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """Add the name of the site, for every page."""
    return {"site_title": settings.SITE_NAME}

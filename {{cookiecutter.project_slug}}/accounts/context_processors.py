from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """What every page shows: the site's name."""
    return {"site_title": settings.SITE_NAME}

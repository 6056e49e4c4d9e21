"""The entries of `OriginValidator` that no origin matches."""

import pytest
from support.changed_project import findings, write

ASGI = """
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator, OriginValidator
from django.conf import settings
from config.routing import websocket_urlpatterns
ORIGINS = ["https://*.example.com"]
application = ProtocolTypeRouter({{"websocket": {}}})
"""
ROUTER = "OriginValidator(URLRouter(websocket_urlpatterns), {})"


@pytest.mark.parametrize(
    ("entry", "right"),
    [
        ("https://*.example.com", "https://.example.com"),
        ("https://*.example.com:8443", "https://.example.com:8443"),
        ("*.example.com", ".example.com"),
        ("http://localhost:*", "localhost"),
        ("https://*", "Write each origin"),
        ("*:8000", "Write each origin"),
        ("http://192.168.*.*", "Write each origin"),
    ],
)
def test_an_asterisk_in_an_origin_is_reported_with_what_it_means(project, entry, right):
    write(project, config__asgi_dot_py=ASGI.format(ROUTER.format(f'["{entry}"]')))
    (found,) = findings(project, "origin-entry")
    assert found["severity"] == "error"
    assert f'"{right}"' in found["fix"].partition("\n+")[2] or found["fix"].startswith(right)


@pytest.mark.parametrize(
    ("stack", "severities"),
    [
        (ROUTER.format("ORIGINS"), ["error"]),
        (ROUTER.format('["https://a.org", "https://*.a.org"]'), ["warning"]),
        (ROUTER.format('["https://.a.org", "https://*.a.org"]'), []),
        (ROUTER.format('["*", "https://*.a.org"]'), []),
        (ROUTER.format('["https://*.a.org", settings.SITE]'), []),
        (ROUTER.format('["https://.a.org", "a.org", "https://a.org:8000"]'), []),
        ('AllowedHostsOriginValidator(URLRouter([ORIGINS, "*.a.org"]))', []),
    ],
)
def test_only_an_entry_that_admits_nobody_is_reported(project, stack, severities):
    write(project, config__asgi_dot_py=ASGI.format(stack))
    assert [each["severity"] for each in findings(project, "origin-entry")] == severities


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("SOCKET_ORIGINS", '"https://.a.org"'),
        ("CSRF_TRUSTED_ORIGINS", 'Give `OriginValidator` a list of its own, with "https://.a.org"'),
        ("ALLOWED_HOSTS", None),
        ("OTHER_ORIGINS", None),
    ],
)
def test_a_list_of_the_settings_is_read_where_they_set_it(project, name, fix):
    write(project, config__asgi_dot_py=ASGI.format(ROUTER.format(f"settings.{name}")))
    with (project / "config/settings.py").open("a") as file:
        file.write('\nALLOWED_HOSTS = SOCKET_ORIGINS = ["https://*.a.org"]\n')
        file.write('CSRF_TRUSTED_ORIGINS = ["https://*.a.org"]\n')
    found = findings(project, "origin-entry")
    assert [fix in each["fix"] for each in found] == ([True] if fix else [])
    assert all(each["path"] == "config/settings.py" for each in found)


@pytest.mark.parametrize(
    ("given", "severities"),
    [
        ('"https://a.org"', ["error"]),
        ('("https://a.org")', ["error"]),
        ('f"https://{HOST}"', ["error"]),
        ("SITE", ["error"]),
        ("settings.SITE", ["error"]),
        ('("https://a.org",)', []),
        ("[SITE]", []),
        ('"*"', []),
        ("settings.SITES", []),
        ("os.environ['SITE']", []),
    ],
)
def test_a_text_in_place_of_a_list_is_reported(project, given, severities):
    text = ASGI.format(ROUTER.format(given))
    text = text.replace("ORIGINS =", 'HOST = "a.org"\nSITE = "https://a.org"\nORIGINS =')
    write(project, config__asgi_dot_py=text)
    with (project / "config/settings.py").open("a") as file:
        file.write('\nSITE = "https://a.org"\nSITES = [SITE]\n')
    assert [each["severity"] for each in findings(project, "origin-entry")] == severities


def test_the_fix_of_a_text_is_a_list(project):
    write(project, config__asgi_dot_py=ASGI.format(ROUTER.format('"https://a.org, https://b.org"')))
    (found,) = findings(project, "origin-entry")
    assert '["https://a.org", "https://b.org"]' in found["fix"]

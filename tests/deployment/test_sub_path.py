"""A project below a path of its host: FORCE_SCRIPT_NAME, and a `location` of the real nginx."""

import http.client
import json
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest
from support.projects import PASSWORD
from support.proxy import replace_once, serve_behind_proxy
from support.servers import PRODUCTION_VARIABLES
from websockets.sync.client import connect

pytestmark = pytest.mark.slow

ROOT = "/some/path"


@pytest.fixture(scope="module", params=["uvicorn", "daphne"])
def site(request, default_project, tmp_path_factory):
    """The project below a path, with the change that its guide describes."""
    default_project.manage("collectstatic", "--no-input", **PRODUCTION_VARIABLES)
    move = lambda site: replace_once(r"location / \{", f"location {ROOT}/ {{", site)  # noqa: E731
    folder = tmp_path_factory.mktemp("proxy")
    settings = {"FORCE_SCRIPT_NAME": ROOT}
    with serve_behind_proxy(default_project, request.param, folder, move, **settings) as site:
        yield site


class Browser:
    """A browser that keeps cookies, and sends them to their paths only."""

    def __init__(self, site):
        self.site, self.cookies = site, {}

    def request(self, method, path, **fields):
        """Return the response, with its text in `text`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
        headers = {"Cookie": self.cookie_header(path)}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies["csrftoken"].value
        connection.request(method, path, urlencode(fields), headers)
        response = connection.getresponse()
        response.text = response.read().decode()
        connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies.update(SimpleCookie(line))
        return response

    def cookie_header(self, path):
        """Return the cookies whose path begins the path."""
        found = [each for each in self.cookies.values() if path.startswith(each["path"])]
        return "; ".join(f"{each.key}={each.value}" for each in found)

    def connect(self, path):
        """Open a socket."""
        headers = {"Cookie": self.cookie_header(path)}
        url = f"ws://{self.site.host}{path}"
        return connect(url, origin=self.site.url, additional_headers=headers, proxy=None)


@pytest.fixture
def browser(site):
    return Browser(site)


def test_signing_in_leads_to_the_page_below_the_path_and_its_socket_chats(browser):
    login = f"{ROOT}/accounts/login/"
    assert browser.request("GET", login).status == 200
    answer = browser.request("POST", login, username="alice", password=PASSWORD)
    assert (answer.status, answer.headers["Location"]) == (302, f"{ROOT}/")
    assert {each["path"] for each in browser.cookies.values()} == {f"{ROOT}/"}
    page = browser.request("GET", f"{ROOT}/")
    assert "alice" in page.text
    [path] = re.findall(r'data-path="(\S+/ws/chat/lobby/)"', page.text)
    with browser.connect(path) as socket:
        socket.send(json.dumps({"type": "chat.say", "text": "hello"}))
        assert json.loads(socket.recv(timeout=20))["text"] == "hello"


def test_every_link_form_file_and_socket_of_a_page_is_below_the_path(browser):
    page = browser.request("GET", f"{ROOT}/").text
    addresses = re.findall(r'(?:href|src|action|data-path)="(/[^"]*)"', page)
    assert len(addresses) > 10
    assert [each for each in addresses if not each.startswith(f"{ROOT}/")] == []
    files = [each for each in addresses if "/static/" in each]
    assert {browser.request("GET", each).status for each in files} == {200}


def test_a_page_that_needs_a_user_redirects_below_the_path(browser):
    answer = browser.request("GET", f"{ROOT}/accounts/")
    assert answer.headers["Location"] == f"{ROOT}/accounts/login/?next={ROOT}/accounts/"
    assert browser.request("GET", f"{ROOT}/admin/").headers["Location"].startswith(f"{ROOT}/admin/")


def test_health_is_below_the_path_and_readiness_is_not_published(browser):
    assert browser.request("GET", f"{ROOT}/healthz").status == 200
    assert browser.request("GET", f"{ROOT}/readyz").status == 404


def test_the_rest_of_the_host_belongs_to_other_sites(browser):
    assert browser.request("GET", "/accounts/login/").status == 404

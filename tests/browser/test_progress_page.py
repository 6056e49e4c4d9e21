"""The page of the starter `exports` in Chromium: a bar that survives a reload, and its words."""

import re

import pytest
from playwright.sync_api import expect
from support.paths import ROOT
from support.projects import PASSWORD
from support.servers import RUNSERVER, serve

pytestmark = pytest.mark.slow

SECONDS = 1000  # milliseconds
LIMIT = 60 * SECONDS
STARTER = ROOT / "examples" / "starters" / "exports"
SOME = re.compile(r"^Export: [1-9]\d* of 100$")
# What the live region said, in order.
RECORD = """
() => {
  window.said = [];
  const region = document.getElementById("announcement");
  new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true });
}
"""


@pytest.fixture(scope="module")
def site(make_project):
    """The development server of a project of the starter, with the layer in memory."""
    names = ("--superuser", "alice", "--superuser", "bob", "--superuser", "carol")
    starter = ("--starter", STARTER, "--trust")
    project = make_project(*starter, *names, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    assert project.creation.exit_code == 0, project.creation.output
    with serve(project, RUNSERVER) as server:
        yield server


@pytest.fixture
def sign_in(chromium, site):
    """Return a function that opens the page in a new profile; the page must log no problem."""
    contexts, problems = [], []

    def open_page(name):
        context = chromium.new_context()
        contexts.append(context)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("console", lambda message: record(message, problems))
        page = context.new_page()
        page.goto(f"{site.url}/accounts/login/?next=/exports/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{site.url}/exports/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def record(message, problems):
    if message.type in ("error", "warning"):
        problems.append(message.text)


def bar(page):
    """Return the bar that a screen reader calls "Export: 5 of 100"."""
    return page.get_by_role("progressbar", name=SOME)


def value(page):
    """Return how much a page's bar says is done."""
    return int(bar(page).get_attribute("value", timeout=LIMIT))


def test_a_reload_and_a_second_tab_show_the_bar_to_its_end_and_another_user_sees_nothing(sign_in):
    first, other = sign_in("alice"), sign_in("bob")
    first.get_by_role("button", name="Start an export").click()
    expect(bar(first)).to_be_visible(timeout=LIMIT)
    before = value(first)
    first.reload()
    expect(bar(first)).to_be_visible(timeout=LIMIT)
    assert value(first) >= before
    second = first.context.new_page()
    second.goto(first.url)
    expect(bar(second)).to_be_visible(timeout=LIMIT)
    for page in (first, second):
        expect(page.get_by_role("listitem")).to_have_text("Export is finished.", timeout=LIMIT)
        expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(other.get_by_role("listitem")).to_have_count(0)


def test_a_screen_reader_hears_each_quarter_and_the_end_and_not_each_step(sign_in):
    page = sign_in("carol")
    page.get_by_role("button", name="Start an export").click()
    page.wait_for_url("**/exports/")
    page.evaluate(RECORD)
    expect(page.get_by_role("status")).to_have_text("Export is finished.", timeout=LIMIT)
    said = page.evaluate("said")
    assert all(SOME.match(text) or text == "Export: 0 of 100" for text in said[:-1])
    assert 3 <= len(said) <= 6, said
    page.reload()
    expect(page.get_by_role("listitem")).to_have_text("Export is finished.", timeout=LIMIT)
    expect(page.get_by_role("status")).to_be_empty()  # it ended before this page

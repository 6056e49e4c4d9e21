"""ASGI_APPLICATION is added."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fixes import FORMS, STEADY, fixed, forms, noise, run, skipped


def tree(root, **files):
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(text)
    return root


ASGI = {"config__asgi": "application = 1\n", "config__urls": "", "manage": ""}


@pytest.mark.slow
@STEADY
@given(
    noise,
    noise,
    forms,
    st.sampled_from(['WSGI_APPLICATION = "x"', "WSGI_APPLICATION = 'x'  # c", "pass"]),
)
def test_the_application_is_set_on_a_line_of_its_own(tmp_path_factory, above, below, form, anchor):
    root = tree(tmp_path_factory.mktemp("project"), **ASGI)
    before = FORMS[form](f'ROOT_URLCONF = "config.urls"\n{above}{anchor}\n{below}')
    after = fixed("asgi-application-missing", before, root=root)
    added = [
        line for line in after.split(b"\n") if b"ASGI_APPLICATION" in line and b"WSGI" not in line
    ]
    assert added[0].strip() in (
        b'ASGI_APPLICATION = "config.asgi.application"',
        b"ASGI_APPLICATION = 'config.asgi.application'",
    )
    assert [each for each in after.split(b"\n") if each not in added] == before.split(
        b"\n"
    ) or form == "no end"
    assert run(after)["ASGI_APPLICATION"] == "config.asgi.application"


def test_the_module_of_the_application_is_relative_to_that_of_the_urls(tmp_path):
    root = tree(tmp_path, src__site__asgi="application: int = 1\n", src__site__urls="", manage="")
    after = fixed("asgi-application-missing", "ROOT_URLCONF = 'site.urls'", root=root)
    assert after == "ROOT_URLCONF = 'site.urls'\nASGI_APPLICATION = 'site.asgi.application'"


@pytest.mark.parametrize(
    ("settings_file", "more"),
    [
        ("", {"other__asgi": "application = 2\n"}),
        ("", {"config__asgi": "def get(): application = 1\n"}),
        ("if x:\n    ASGI_APPLICATION = 'y'\n", {}),
        ("class Base:\n    INSTALLED_APPS = []\n", {}),
    ],
)
def test_an_ambiguous_application_is_not_set(tmp_path, settings_file, more):
    root = tree(tmp_path, **{**ASGI, **more})
    assert skipped("asgi-application-missing", settings_file, root=root).endswith(".")

"""`doctor --fix` changes what it set out to change, and not a byte beside it."""

import os
import re
import subprocess
import sys

import pytest
from channels_redis.core import RedisChannelLayer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.paths import SOURCE

from channels_doctor.fixes import isolated_fix
from channels_doctor.fixes import propose as proposals
from channels_doctor.fixes.fix_file import fix_file
from channels_doctor.fixes.project_file import CannotChange
from channels_doctor.fixes.write import write

STEADY = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
NOWHERE = "/nonexistent"
CORE = "channels_redis.core.RedisChannelLayer"
BUILT_IN = ["django.contrib.admin", "django.contrib.staticfiles"]

# What stands around a setting: everything that formatters, editors and other systems leave in files.
NOISE = [
    "# a comment: é\n", "\n", "\f\n", "\fX = 1\n", "A = 'é'  # b\n", "if 1:\n\tB = [1,\n\t  2]  \n\t# end\n",
    'C = """\n\f\nX\n"""\n', "D = 1; E = 2;\n", "F = \\\n  3\n", "def f(a, *, b):\n    return a\n", "\t\n",
]  # fmt: skip
noise = st.lists(st.sampled_from(NOISE), max_size=4).map("".join)
spaces = st.sampled_from(
    ["", " ", "  ", "\t", "\n", "\n    ", "  # note\n  ", "\n\n  # above\n  ", "\n  \f"]
)
FORMS = {
    "utf-8": lambda text: text.encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "latin-1": lambda text: b"# coding: latin-1\n" + text.encode("latin-1"),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "no end": lambda text: text.rstrip().encode(),
}
forms = st.sampled_from(sorted(FORMS))


def fixed(rule, text, line=1, root=NOWHERE):
    """Return the text after a fix, which must succeed."""
    answer = fix_file(
        str(root), "settings.py", text if isinstance(text, bytes) else text.encode(), [(rule, line)]
    )
    assert answer.skipped == []
    return answer.after if isinstance(text, bytes) else answer.after.decode()


def skipped(rule, text, line=1, root=NOWHERE):
    """Return why a text is not fixed."""
    answer = fix_file(str(root), "settings.py", text.encode(), [(rule, line)])
    assert answer.after == text.encode()
    assert answer.rules == []
    return answer.skipped[0][1]


def run(code):
    names = {"env": lambda *_, **__: "redis://env", "URL": "redis://name"}
    exec(code, names)
    return names


def line_of(data, word):
    return data[: data.index(word)].count(b"\n") + 1


def hosts_file(hosts, backend=CORE):
    return f'CHANNEL_LAYERS = {{"default": {{"BACKEND": "{backend}", "CONFIG": {{"hosts": {hosts}}}}}}}\n'


def hosts_of(code):
    return run(code)["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"]


@st.composite
def files(draw, statement):
    """Return a file with a statement between other things, and what stands before and behind it."""
    form = FORMS[draw(forms)]
    return form(draw(noise) + draw(statement) + "\n" + draw(noise))


@st.composite
def app_lists(draw):
    names = draw(
        st.lists(st.sampled_from(["chat", "channels", "rest", *BUILT_IN]), min_size=1, unique=True)
    )
    names.insert(draw(st.integers(1, len(names))), "daphne")
    opening, closing = draw(st.sampled_from(["[]", "()"]))
    parts = [f'"{name}"{draw(spaces)},{draw(spaces)}' for name in names]
    if draw(st.booleans()):
        parts[-1] = re.sub(",", "", parts[-1], count=1)
    return f"INSTALLED_APPS = {opening}{draw(spaces)}{''.join(parts)}{closing}"


@pytest.mark.slow
@STEADY
@given(files(app_lists()))
def test_daphne_moves_to_the_front_of_a_list_or_the_list_stays_unchanged(before):
    answer = fix_file(
        NOWHERE, "settings.py", before, [("daphne-order", line_of(before, b"INSTALLED"))]
    )
    old, new = run(before)["INSTALLED_APPS"], run(answer.after)["INSTALLED_APPS"]
    if answer.skipped:
        assert answer.after == before
        return
    assert list(new) == ["daphne", *(name for name in old if name != "daphne")]
    assert type(old) is type(new)
    comments = [sorted(re.findall(rb"#.*", each)) for each in (before, answer.after)]
    assert comments[0] == comments[1]
    assert outside(before) == outside(answer.after)
    again = fix_file(
        NOWHERE, "settings.py", answer.after, [("daphne-order", line_of(before, b"INSTALLED"))]
    )
    assert again.after == answer.after


def outside(data):
    """Return what stands before and after the list of apps."""
    start = data.index(b"INSTALLED_APPS")
    rest = data[start:]
    end = re.search(
        rb"[\])][ \t]*\r?(\n|$)", re.sub(rb"#.*", lambda found: b"." * len(found[0]), rest)
    )
    return data[:start], rest[end.start() :]


LAID_OUT = """INSTALLED_APPS = [
    # Django
    "django.contrib.staticfiles",  # the files

    # Realtime
    "daphne",  # runserver
    "chat",
]
"""


def test_comments_about_daphne_move_with_it_and_group_headings_stay():
    assert fixed("daphne-order", LAID_OUT) == LAID_OUT.replace(
        '    "daphne",  # runserver\n', ""
    ).replace("[\n", '[\n    "daphne",  # runserver\n')
    own = LAID_OUT.replace("# Realtime", "# Has to be first")
    assert fixed("daphne-order", own).startswith(
        'INSTALLED_APPS = [\n    # Has to be first\n    "daphne",  # runs'
    )
    assert '"django.contrib.staticfiles",  # the files\n\n    "chat",\n]' in fixed(
        "daphne-order", own
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["a", "daphne"]', '["daphne", "a"]'),
        ('("a", "daphne", )', '("daphne", "a", )'),
        ('"a", "daphne"', '"daphne", "a"'),
        ('[*BASE, "daphne.apps.DaphneConfig"]', '["daphne.apps.DaphneConfig", *BASE]'),
        ('[\n    "a",\n    "daphne"  # d\n]', '[\n    "daphne",  # d\n    "a"\n]'),
        ('["a",  # a\n "daphne",\n "b"]', '["daphne",\n "a",  # a\n "b"]'),
    ],
)
def test_the_layout_of_a_list_is_kept(before, after):
    assert fixed("daphne-order", f"INSTALLED_APPS = {before}\n") == f"INSTALLED_APPS = {after}\n"


def test_mixed_line_ends_are_kept():
    before = 'A = 1\nINSTALLED_APPS = [\r\n  "a",\r\n  "daphne",  # d\r\n]\nB = 2\r\n'
    after = 'A = 1\nINSTALLED_APPS = [\r\n  "daphne",  # d\r\n  "a",\r\n]\nB = 2\r\n'
    assert fixed("daphne-order", before, 2) == after
    assert fixed("daphne-order", f"\f{before}", 2) == f"\f{after}"


@pytest.mark.parametrize(
    "value",
    [
        '["a"] + ["daphne"]',
        "apps()",
        '["daphne", "a"]',
        '["a"]',
        '["a", "daphne", "daphne"]',
        '["a",  # a\n "daphne"]',
    ],
)
def test_apps_outside_of_a_single_literal_are_not_fixed(value):
    assert skipped("daphne-order", f"INSTALLED_APPS = {value}\n").endswith(".")


ENTRIES = {
    '"redis://a:1"': "redis://a:1",
    "'redis://a:2'": "redis://a:2",
    'f"redis://{1}:3"': "redis://1:3",
    'env("REDIS_URL")': "redis://env",
    "URL": "redis://name",
    '("h", 6379)': "redis://h:6379",
    '("h", 6379,)': "redis://h:6379",
    '{"address": "redis://d", "db": 1}': "redis://d",
    "{'address': 'redis://d',}": "redis://d",
    '{\n  "address": "redis://d",  # which\n  "db": 2  # two\n  # three\n}': "redis://d",
}


@st.composite
def hosts_lists(draw):
    entries = draw(st.lists(st.sampled_from(sorted(ENTRIES)), min_size=1, max_size=3))
    parts = [f"{entry}{draw(spaces)},{draw(spaces)}" for entry in entries]
    return entries, hosts_file(f"[{draw(spaces)}{''.join(parts)}]")


@pytest.mark.slow
@STEADY
@given(hosts_lists(), noise, noise, forms)
def test_every_host_gets_the_timeout_and_nothing_else_changes(made, above, below, form):
    entries, statement = made
    before = FORMS[form](above + statement + below)
    line = line_of(before, b"CHANNEL_LAYERS")
    after = fixed("redis-socket-timeout", before, line)
    layer = RedisChannelLayer(hosts=hosts_of(after))
    assert [host["address"] for host in layer.hosts] == [ENTRIES[entry] for entry in entries]
    pools = [layer.create_pool(index) for index in range(len(entries))]
    assert [pool.connection_kwargs["socket_timeout"] for pool in pools] == [None] * len(entries)
    assert without_timeouts(after) == without_timeouts(before)
    again = fix_file(NOWHERE, "settings.py", after, [("redis-socket-timeout", line)])
    assert (again.after, again.rules) == (after, [])


def without_timeouts(data):
    """Return a file without what the fix adds, however a host was written."""
    data = re.sub(rb"(,[ \t]*)?(\s*)(['\"])socket_timeout\3: None", b"", data)
    for entry in ENTRIES:
        for quote in "'\"":
            data = data.replace(f"{{{quote}address{quote}: {entry}}}".encode(), entry.encode())
    data = data.replace(b'{"address": "redis://h:6379"}', b'("h", 6379)')
    data = data.replace(b"6379,)", b"6379)")
    return re.sub(
        rb"[\s,]+", b" ", re.sub(rb"\{'address': 'redis://d'[\s,]*\}", b"'redis://d'", data)
    )


def test_a_timeout_gets_its_own_line_if_the_other_items_have_one():
    layout = '[\n  {\n    "address": "redis://a",\n    "db": 1%s  # one\n%s  },\n]'
    after = fixed("redis-socket-timeout", hosts_file(layout % (",", "")))
    assert after == hosts_file(layout % (",", '    "socket_timeout": None,\n'))
    after = fixed("redis-socket-timeout", hosts_file(layout % ("", "")))
    assert after == hosts_file(layout % (",", '    "socket_timeout": None\n'))


@pytest.mark.parametrize(
    "host",
    ['("h", PORT)', '(env("HOST"), 6379)', '("::1", 6379)', '["h", "6379"]'],
)
def test_a_host_and_port_without_a_valid_url_stay_separate_options(host):
    code = "PORT = 6379\n" + hosts_file(f"[{host}]")
    (entry,) = RedisChannelLayer(hosts=hosts_of(fixed("redis-socket-timeout", code, 2))).hosts
    (old,) = RedisChannelLayer(hosts=hosts_of(code)).hosts
    assert entry == {**old, "socket_timeout": None}


@pytest.mark.parametrize(
    "hosts",
    [
        "env('X')", "HOSTS", "[]", "[x for x in y]", "[a] + [b]", "[*HOSTS]", '("127.0.0.1", 6379)', "[HOST]", "[b'x']",
        '[{**X}]', '[dict(address="x")]', '[{"address": "x", "socket_timeout": 3}]', '["redis://x?socket_timeout=3"]',
        '[("h", 1, 2)]', '[os.environ.get("X", ("h", 1))]', '[config("X", cast=tuple)]', '[("h",  # host\n 6379)]',
    ],
)  # fmt: skip
def test_hosts_with_unknown_values_are_not_fixed(hosts):
    assert skipped("redis-socket-timeout", hosts_file(hosts)).endswith(".")


def test_only_the_core_layer_gets_the_timeout():
    assert skipped(
        "redis-socket-timeout", hosts_file('["x"]', "channels_redis.pubsub.RedisPubSubChannelLayer")
    )
    both = (
        hosts_file('["x"]')[:-2]
        + ', "b": {"BACKEND": "channels_redis.pubsub.X", "CONFIG": {"hosts": ["y"]}}}\n'
    )
    assert fixed("redis-socket-timeout", both) == both.replace(
        '["x"]', '[{"address": "x", "socket_timeout": None}]'
    )


@pytest.mark.parametrize("form", ['CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = %s', 'CHANNEL_LAYERS["default"] = \
dict(CONFIG=dict(hosts=%s))', 'CHANNEL_LAYERS.update({"default": {"CONFIG": {"hosts": %s}}})'])  # fmt: skip
def test_hosts_are_found_in_every_kind_of_assignment(form):
    base = 'CHANNEL_LAYERS = {"default": {"BACKEND": "x"}}\n'
    assert fixed("redis-hosts", base + form % '"redis://a"', 2) == base + form % '["redis://a"]'


@pytest.mark.slow
@STEADY
@given(
    st.sampled_from(['"redis://a"', "('redis://a')", 'env("X")', "URL", '"redis:"  \\\n "//a"']),
    noise,
    noise,
    forms,
)
def test_a_single_host_is_put_into_a_list(host, above, below, form):
    before = FORMS[form](above + hosts_file(host) + below)
    after = fixed("redis-hosts", before, line_of(before, b"CHANNEL_LAYERS"))
    plain = host.replace("\n", "\r\n") if form == "crlf" else host
    assert after == before.replace(f'"hosts": {plain}'.encode(), f'"hosts": [{plain}]'.encode())
    assert RedisChannelLayer(hosts=hosts_of(after)).hosts == [{"address": hosts_of(before)}]


@pytest.mark.parametrize("end", ["", "\n\f\n", "\n\t\n", "\n\f\n# end\n", "\n  # end", "\f\f"])
def test_text_after_the_last_statement_is_kept(end):
    assert fixed("redis-hosts", hosts_file('"x"') + end) == hosts_file('["x"]') + end


@pytest.mark.parametrize(
    "hosts", ["['x']", "a if b else c", '"redis://a,redis://b"', 'env.list("X")', 'x.split(",")']
)
def test_a_possible_list_of_hosts_is_not_fixed(hosts):
    assert skipped("redis-hosts", hosts_file(hosts)).endswith(".")


def test_both_fixes_of_redis_work_on_one_statement():
    answer = fix_file(
        NOWHERE,
        "s.py",
        hosts_file('"x"').encode(),
        [("redis-socket-timeout", 1), ("redis-hosts", 1)],
    )
    assert hosts_of(answer.after) == [{"address": "x", "socket_timeout": None}]
    assert answer.rules == ["redis-hosts", "redis-socket-timeout"]


@pytest.mark.slow
@STEADY
@given(
    st.sampled_from(["CHANNELS_LAYERS", "CHANNEL_LAYER", "CHANEL_LAYERS", "channel_layers"]),
    noise,
    noise,
    forms,
)
def test_a_misspelt_name_is_replaced_in_the_whole_file(name, above, below, form):
    text = f'{above}{name}: dict = {{"a": {{}}}}\n{name}["a"] |= f({name}=1)\n{name}.update(x.{name})  # {name}\n{below}'
    before = FORMS[form](text)
    line = line_of(before, name.encode())
    after = fixed("layer-setting-misspelt", before, line)
    right = (
        text.replace(f"({name}=", "(KEYWORD=")
        .replace(f"x.{name}", "ATTRIBUTE")
        .replace(f"# {name}", "COMMENT")
    )
    right = right.replace(name, "CHANNEL_LAYERS").replace("COMMENT", f"# {name}")
    assert after == FORMS[form](
        right.replace("ATTRIBUTE", f"x.{name}").replace("(KEYWORD=", f"({name}=")
    )
    assert (
        fix_file(NOWHERE, "settings.py", after, [("layer-setting-misspelt", line)]).after == after
    )


@pytest.mark.parametrize(
    "more",
    [
        "CHANNEL_LAYERS = {}",
        '__all__ = ["CHANNEL_LAYER"]',
        "def f(CHANNEL_LAYER): ...",
        "def f():\n    CHANNEL_LAYER = 1",
    ],
)
def test_an_ambiguous_misspelt_name_is_not_fixed(more):
    assert skipped("layer-setting-misspelt", f"CHANNEL_LAYER = {{}}\n{more}\n").endswith(".")


def test_a_misspelt_name_that_another_file_uses_is_not_fixed(tmp_path):
    (tmp_path / "other.py").write_text("CHANNEL_LAYER = {}\n")
    assert fixed("layer-setting-misspelt", "CHANNEL_LAYER = {}\n", root=tmp_path)
    (tmp_path / "other.py").write_text("from .base import CHANNEL_LAYER\n")
    assert (
        skipped("layer-setting-misspelt", "CHANNEL_LAYER = {}\n", root=tmp_path)
        == "other.py uses CHANNEL_LAYER, too."
    )


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
def test_the_application_is_set_on_a_line_of_its_own(
    tmp_path_factory, above, below, form, anchor
):
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


def finding(rule, line=1, path="settings.py"):
    return {"rule": rule, "path": path, "line": line, "message": "m"}


TUTORIAL = """
WSGI_APPLICATION = "mysite.wsgi.application"
CHANNELS_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [("127.0.0.1", 6379)],
        },
    },
}
"""


@pytest.fixture
def tutorial(tmp_path):
    command = [sys.executable, "-m", "django", "startproject", "mysite", str(tmp_path)]
    subprocess.run(command, check=True, cwd=tmp_path)
    path = tmp_path / "mysite" / "settings.py"
    text = path.read_text().replace("WSGI_APPLICATION = 'mysite.wsgi.application'\n", "")
    text = re.sub(r"(.django\.contrib\.staticfiles.,\n)", r'\1    "daphne",  # runserver\n', text)
    path.write_text(text + TUTORIAL)
    return tmp_path


def test_the_tutorials_settings_are_fixed_completely(tutorial):
    place = "mysite/settings.py"
    before = (tutorial / place).read_text()
    line = before[: before.index("CHANNELS_LAYERS")].count("\n") + 1
    apps = before[: before.index("INSTALLED_APPS")].count("\n") + 1
    work = [
        ("asgi-application-missing", None),
        ("daphne-order", apps),
        ("layer-setting-misspelt", line),
    ]
    findings = [finding(rule, at, place) for rule, at in [*work, ("redis-socket-timeout", line)]]
    proposal = proposals.propose(str(tutorial), [*findings, finding("daphne-missing", 1, place)])
    assert proposal.skipped == []
    write(str(tutorial), proposal.changes)
    now = run((tutorial / place).read_text().replace("Path(__file__)", "Path('/x/y')"))
    assert now["INSTALLED_APPS"][0] == "daphne"
    assert now["ASGI_APPLICATION"] == "mysite.asgi.application"
    assert now["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"][0]["socket_timeout"] is None
    again = proposals.propose(str(tutorial), findings)
    assert again.changes == []
    assert {each.rule for each in again.skipped} == {each["rule"] for each in findings}


def propose(folder, text, rule="redis-hosts"):
    (folder / "settings.py").write_text(text)
    return proposals.propose(str(folder), [finding(rule)])


def test_a_diff_masks_secrets_and_control_characters(tmp_path):
    text = "SECRET_KEY = 'hush'\n\x1b[2J = 1\n".replace("\x1b[2J", "A") + hosts_file(
        '"redis://u:hush@h"'
    )
    (change,) = propose(tmp_path, text).changes
    assert change.diff().startswith("--- a/settings.py\n+++ b/settings.py\n@@ ")
    assert "\n+CHANNEL_LAYERS" in change.diff()
    assert "hush" not in change.diff()
    ends = proposals.Change("x.py", b"a = '\x1b[2J'\r\nb", b"a = '\x1b[2J'\r\nc", ()).diff()
    assert ends.endswith("-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n")
    assert "\x1b" not in ends
    assert "\r" not in ends


def test_a_change_keeps_the_mode_and_leaves_no_temporary_file(tmp_path):
    proposal = propose(tmp_path, hosts_file('"x"'))
    (tmp_path / "settings.py").chmod(0o640)
    write(str(tmp_path), proposal.changes)
    assert (tmp_path / "settings.py").read_text() == hosts_file('["x"]')
    assert (tmp_path / "settings.py").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["settings.py"]


def test_a_changed_or_read_only_file_is_not_written(tmp_path):
    changes = propose(tmp_path, hosts_file('"x"')).changes
    (tmp_path / "settings.py").chmod(0o444)
    with pytest.raises(CannotChange, match="is read-only; nothing was written"):
        write(str(tmp_path), changes)
    (tmp_path / "settings.py").chmod(0o644)
    (tmp_path / "settings.py").write_text("A = 1\n")
    with pytest.raises(CannotChange, match="has changed since"):
        write(str(tmp_path), changes)
    assert (tmp_path / "settings.py").read_text() == "A = 1\n"


def test_a_link_is_followed_only_inside_the_project(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside.py").write_text(hosts_file('"x"'))
    (project / "inside.py").write_text(hosts_file('"x"'))
    (project / "settings.py").symlink_to("../outside.py")
    proposal = proposals.propose(str(project), [finding("redis-hosts")])
    assert (proposal.changes, proposal.skipped[0].reason) == (
        [],
        "settings.py is outside the project.",
    )
    (project / "settings.py").unlink()
    (project / "settings.py").symlink_to("inside.py")
    write(str(project), proposals.propose(str(project), [finding("redis-hosts")]).changes)
    assert (project / "settings.py").is_symlink()
    assert (project / "inside.py").read_text() == hosts_file('["x"]')


@pytest.mark.parametrize(
    "text",
    ["A = (\n", "A = " + "(" * 5000 + ")" * 5000, "A = " + "-" * 2000 + "1", "A = 1\0", "def"],
    ids=["open", "nested", "signs", "zero", "half"],
)
def test_a_file_that_cannot_be_parsed_is_skipped_with_a_reason(tmp_path, text):
    proposal = propose(tmp_path, text)
    assert proposal.changes == []
    assert [each.reason[-1] for each in proposal.skipped] == ["."]
    assert "\n" not in proposal.skipped[0].reason


def test_a_file_that_takes_too_long_is_skipped_with_a_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(isolated_fix, "FIX_SECONDS", 0.001)
    assert (
        propose(tmp_path, hosts_file('"x"')).skipped[0].reason
        == "settings.py cannot be parsed in a reasonable time."
    )


@pytest.mark.parametrize("path", [None, "../settings.py", "/etc/passwd", "missing.py", "."])
def test_a_path_that_is_not_a_file_of_the_project_is_skipped_with_a_reason(tmp_path, path):
    proposal = proposals.propose(str(tmp_path), [finding("redis-hosts", 1, path)])
    assert proposal.changes == []
    assert len(proposal.skipped) == 1


def test_the_fix_process_imports_nothing_from_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "libcst.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.chdir(tmp_path)
    assert propose(tmp_path, hosts_file('"x"')).changes


def test_the_command_itself_does_not_import_libcst():
    code = "import sys, channels_doctor.fixes.propose; sys.exit('libcst' in sys.modules)"
    cli = str(SOURCE)
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": cli})

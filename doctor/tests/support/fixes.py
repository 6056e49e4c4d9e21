"""Settings files with every layout, and the fixes of one file."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from channels_doctor.fixes.fix_file import fix_file

STEADY = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
NOWHERE = "/nonexistent"
CORE = "channels_redis.core.RedisChannelLayer"

# The text around a setting, as formatters, editors and other systems leave it.
NOISE = [
    "# a comment: é\n", "\n", "\f\n", "\fX = 1\n", "A = 'é'  # b\n", "\t\n",
    "if 1:\n\tB = [1,\n\t  2]  \n\t# end\n", 'C = """\n\f\nX\n"""\n', "D = 1; E = 2;\n",
    "F = \\\n  3\n", "def f(a, *, b):\n    return a\n",
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
    """Return the names that a settings file defines."""
    names = {"env": lambda *_, **__: "redis://env", "URL": "redis://name"}
    exec(code, names)
    return names


def line_of(data, word):
    """Return the number of the line with a word."""
    return data[: data.index(word)].count(b"\n") + 1


def hosts_file(hosts, backend=CORE):
    """Return a settings file with a Redis layer."""
    layer = f'{{"BACKEND": "{backend}", "CONFIG": {{"hosts": {hosts}}}}}'
    return f'CHANNEL_LAYERS = {{"default": {layer}}}\n'


def hosts_of(code):
    """Return the hosts in a settings file."""
    return run(code)["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"]

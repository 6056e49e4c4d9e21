"""Arguments that a command line may have, and answers that break a rule."""

from __future__ import annotations

import re

from case import Case

KIND = "arguments"

# PATH's last part: not a name, not allowed as a name, or reserved.
SLUGS = (
    *("My-Site", "MYSITE", "1site", "-site", "_site", "site-", "site_", "si--te", "si__te"),
    *("my site", "my.site", "my@site", "café", "ｓｉｔｅ", "сайт", "网站", "si\tte", "si\nte"),
    *("site\x1b[2J", "site\x7f", "\u202esite", "site\u200b", "si'te", 'si"te', "si`te", "si$te"),
    *("si;te", "si|te", "si&te", "si*te", "si?te", "si%te", "si\\te", "si~te", "si#te", "si:te"),
    *("{{site}}", "{% site %}", "{# site #}", "#% if 1", "a" * 51, "a" * 300, "a" * 5_000),
    *("django", "Django", "channels", "daphne", "uvicorn", "channels-redis", "channels_redis"),
    *("con", "nul", "aux", "prn", "com1", "lpt9", "site.py", ".site", "..", ".", "..."),
)
USERNAMES = (
    *(
        "alice bob",
        "al\tice",
        "al\nice",
        "alice\x0bx",
        "alice\x00"[:5] + "\x01",
        "a" * 151,
        "al/ice",
    ),
    *("al;ice", "al'ice", 'al"ice', "al$ice", "al`ice", "{{alice}}", "{% x %}", "#% if", "al\\ice"),
    *("al:ice", "al*ice", "al\x1b[31mice", "al\u202eice", "al!", "al(ice)"),
)
NAMES = (
    *(
        "",
        " ",
        " Shop",
        "Shop ",
        "Shop\n",
        "Sh\top",
        "Shop\x1b[2J",
        "Shop\u202e",
        "x" * 61,
        "{{x}}",
    ),
    *("{% x %}", "{# x #}", "#% if 1", "Shop <b>", 'Shop "x"', "Shop 'x'", "Shop \\", "Shop $x"),
    *("Shop `x`", "Shop; x", "Shop | x", "Shop * x", "Shop / x", "Shop = x", "Shop ! x", "\u200b"),
)
CHOICES = ("layer", "database", "server", "ci", "django")
VALUES = ("", " ", "nothing", "MEMORY", "{{x}}", "\x1b[2J", "x" * 200)
BARE = (
    ((), "PATH"),
    (("",), "name of a new folder"),
    (("/",), "name of a new folder"),
    (("//",), "name of a new folder"),
    (("site", "other"), "other"),
    (("site", "--superuser", "alice", "bob"), "--superuser"),
    (("site", "--nothing"), "--nothing"),
    (("site", "--layr", "redis"), "--layer"),
    (("site", "--dokcer"), "--docker"),
    (("site", "--layer"), "--layer"),
    (("site", "--superuser"), "--superuser"),
    (("site", "--docker=yes"), "--docker"),
    (("site", "--python", "2.7"), "2.7"),
    (("site", "--python", "3.99"), "3.99"),
    (("site", "--python", "/bin/true"), "/bin/true"),
    (("site", "--python", "/no/such/python"), "/no/such/python"),
    (("site", "--python", ""), "--python"),
    (("site", "--python", "."), "--python"),
    (("site", "--python", "\x1b[2J"), "--python"),
    (("site", "--run", "--no-setup"), "--run"),
    (("site", "--trust"), "--trust"),
    (("site", "--starter", ""), "starter"),
    (("site", "--starter", "/no/such/starter"), "/no/such/starter"),
    (("site", "--starter", "\x1b[2J"), "starter"),
    (("site", "--starter", "ext::sh -c id"), "'ext:'"),
    (("site", "--starter", "--upload-pack=id"), "starter"),
    (("site", "--template", "/no/such/template"), "/no/such/template"),
    (("site", "--template", "."), "template"),
    (("site", "--template", ""), "template"),
    (("site", "--answers-file", "none.toml"), "none.toml"),
    (("site", "--answers-file", "."), "answers-file"),
    (("site", "--project-slug", "x"), "--project-slug"),
    (("site", "--setup", "maybe"), "maybe"),
    (("--", "--site"), "--site"),
)


def refused(name: str, arguments: tuple[str, ...], message: str = "Error: ") -> Case:
    """Return a case that is refused with 2, and writes nothing."""
    return Case(KIND, name, ("new", *arguments), (2,), message)


CASES = [
    *(refused(f"PATH {slug!r:.40}", (slug, "--no-setup")) for slug in SLUGS),
    *(
        refused(
            f"superuser {name!r:.40}", ("site", "--no-setup", "--superuser", name), "superusers"
        )
        for name in USERNAMES
    ),
    *(
        refused(f"project name {name!r:.40}", ("site", "--no-setup", "--project-name", name))
        for name in NAMES
    ),
    *(
        refused(f"{key} {value!r:.40}", ("site", "--no-setup", f"--{key}", value), f"--{key}")
        for key in CHOICES
        for value in VALUES
    ),
    *(
        refused(" ".join(args) or "nothing", args, rf"Error: .*{re.escape(text)}")
        for args, text in BARE
    ),
    refused("alice and ALICE", ("site", "--superuser", "alice", "--superuser", "ALICE"), "twice"),
]

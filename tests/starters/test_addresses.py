"""The forms of git addresses, and the URLs for git."""

import pytest

from channels_doctor.support.errors import Refused
from chanscaffold.starters.git.address import parse_address

HASH = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gh:acme/starter", ("gh:acme/starter", "https://github.com/acme/starter.git", "")),
        ("gh:acme/starter@v3", ("gh:acme/starter", "https://github.com/acme/starter.git", "v3")),
        (
            "gl:acme/web/starter@v3",
            ("gl:acme/web/starter", "https://gitlab.com/acme/web/starter.git", "v3"),
        ),
        ("bb:acme/starter", ("bb:acme/starter", "https://bitbucket.org/acme/starter", "")),
        (
            f"gh:acme/starter@{HASH}",
            ("gh:acme/starter", "https://github.com/acme/starter.git", HASH),
        ),
    ],
)
def test_an_abbreviation_becomes_an_https_address(text, expected):
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://host/x",
        "https://user@host/x",
        "https://host:8443/acme/x.git",
        "https://[::1]:8443/x.git",
        "https://bücher.example/x.git",
        "http://host/x/",
        "ssh://git@host:22/acme/x.git",
        "ssh://git@host/~jane/x.git",
        "git://host/x.git",
        "file:///srv/git/x.git",
        "file:///srv/?#%40/x.git",
        "git@host:acme/x.git",
        "git@host:x.git",
        "jane.doe@host.example:/srv/x.git",
    ],
)
@pytest.mark.parametrize("ref", ["", "v3", "feature/a-b_c", "1.0", HASH])
def test_git_gets_the_address_without_the_ref(address, ref):
    assert parse_address(f"{address}@{ref}" if ref else address) == (address, address, ref)


def test_the_ref_follows_the_last_at_sign_of_the_path():
    assert parse_address("file:///home/jane@corp/x.git@v3") == (
        "file:///home/jane@corp/x.git",
    ) * 2 + ("v3",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acme",
        "./acme",
        "../a b",
        "/srv/a:b",
        "./gh:acme/x",
        "a/https://x",
        "C:\\starters\\acme",
        "C:/x@y",
        "-x",
        "a@b",
    ],
)
def test_a_name_or_a_path_is_not_an_address(text):
    assert parse_address(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://jane:hunter2@host/x",
        "https://jane:hun@ter2@host/x",
        "https://jane:hun#ter2@host/x",
        "https://:hunter2@host/x",
        "ftp://jane:hunter2@host/x",
        "jane:hunter2@host:acme/x.git",
        "ssh://jane:hunter2@host/x.git",
        "https://ghp_hunter2@github.com/acme/x",
        "https://glpat-hunter2@gitlab.com/acme/x",
        "https://host/x?token=hunter2",
        "https://host/x?token=hunter2@v3",
    ],
)
def test_a_secret_is_refused_in_a_message_without_it(text):
    with pytest.raises(Refused) as caught:
        parse_address(text)
    assert "hunter2" not in caught.value.format_message()
    assert "ter2" not in caught.value.format_message()


def test_the_refusal_of_a_password_recommends_the_credential_helper():
    with pytest.raises(
        Refused,
        match="must not contain a password, a token or a query: let git's credential helper",
    ):
        parse_address("https://jane:hunter2@host/x")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ext::sh -c touch% /tmp/x", "'ext:'"),
        ("http::https://host/x", "'http:'"),
        ("ftp://host/x", "'ftp://'"),
        ("HTTPS://host/x", "'HTTPS://'"),
        ("git+https://host/x", "'git+https://'"),
        ("hg:acme/starter", "'hg:'"),
        ("host:acme/x.git", "'host:'"),
        ("-u:x", "'-u:'"),
    ],
)
def test_an_unsupported_address_is_refused_with_the_supported_forms(text, kind):
    with pytest.raises(Refused) as caught:
        parse_address(text)
    assert caught.value.format_message() == (
        f"{kind} is not supported: use gh:, gl: or bb:OWNER/NAME, https://, http://, ssh://, "
        "git:// or file:/// and git@HOST:PATH, or the path of a folder."
    )


@pytest.mark.parametrize(
    "text",
    [
        "gh:acme/a b",
        "gh:acme/x\n",
        "https://host/x\x1b[2J",
        "git@host:x\x00",
        "https://good\\@evil/x",
        "gh:acme/\u202ex",
    ],
)
def test_spaces_control_characters_and_backslashes_are_refused(text):
    with pytest.raises(
        Refused, match="must not contain spaces, control characters or backslashes"
    ) as caught:
        parse_address(text)
    assert caught.value.format_message().isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "gh:", "gh:acme", "gh:acme/", "gh:/x", "gh:acme//x", "gh:acme/x?y", "gh:acme/x:y",
        "gh:-/../x:y",
        "https://", "https://host", "https://host/", "https:///x", "https://@host/x", "https://host:/x",
        "https://host:port/x", "ssh://git@host:acme/x.git", "ssh://-oProxyCommand=x/y", "ssh://-u@host/x",
        "@host:x", "git@:x", "git@host:", "git@host:/", "git@-oProxyCommand:x", "-u@host:x",
        "git@host:-x",
        "file://", "file:///", "file://host/x", "file://x",
    ],
)  # fmt: skip
def test_an_incomplete_address_or_one_like_an_option_is_refused(text):
    with pytest.raises(
        Refused, match="^The address .* must (have the form|name a host and a path)"
    ):
        parse_address(text)


@pytest.mark.parametrize(
    "ref",
    ["", "-x", "--upload-pack=x", "/x", "x/", "x//y", ".x", "x/.y", "x..y", "x.", "x.lock",
     "x.lock/y", "x~1", "x^", "x:y", "x?", "x*", "x["],
)  # fmt: skip
def test_a_ref_that_git_does_not_allow_is_refused(ref):
    for address in ("gh:acme/starter", "file:///srv/x.git", "git@host:acme/x.git"):
        with pytest.raises(
            Refused, match="must have a tag, a branch or a full commit hash after its last '@'"
        ):
            parse_address(f"{address}@{ref}")

"""What the rules for nginx's headers, targets and paths report and ignore."""

import pytest
from support.changed_project import change, findings, write

NGINX = """\
map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
upstream web {{ server web:8000; }}
server {{
    listen 80;
    location {location} {{
        proxy_pass {target};
        proxy_http_version 1.1;
        {headers}
    }}
}}
"""
UPGRADE = "proxy_set_header Upgrade $http_upgrade;"
BOTH = f'{UPGRADE} proxy_set_header Connection "upgrade";'
COMPOSE = """\
services:
  web:
    build: .
    command: {command}
  nginx:
    image: nginx:1.27
"""
SERVER = "uvicorn config.asgi:application --host 0.0.0.0 --port 8000"
ROUTES = {"routes": [{"pattern": "ws/chat/<room>/", "callback": "chat.consumers.ChatConsumer"}]}


def proxied(project, headers=BOTH, location="/", target="http://web", command=SERVER):
    """Write nginx and a compose file, and turn DEBUG off."""
    change(project, "config/settings.py", "DEBUG = True", "DEBUG = False")
    text = NGINX.format(location=location, target=target, headers=headers)
    write(project, deploy__nginx_dot_conf=text, compose_dot_yaml=COMPOSE.format(command=command))


@pytest.mark.parametrize(
    ("headers", "count"),
    [
        ("", 1),
        (UPGRADE, 1),
        (f'{UPGRADE} proxy_set_header Connection "close";', 1),
        (f'{UPGRADE} proxy_set_header Connection "";', 1),
        (f"{UPGRADE} proxy_set_header Connection keep-alive;", 1),
        (f"{UPGRADE} proxy_set_header Connection $other;", 1),
        ('proxy_set_header Connection "upgrade";', 1),
        (BOTH, 0),
        (f"{UPGRADE} proxy_set_header Connection Upgrade;", 0),
        (f"{UPGRADE} proxy_set_header Connection $connection_upgrade;", 0),
        (f"{UPGRADE} proxy_set_header Connection $http_connection;", 0),
        (f"set $other upgrade; {UPGRADE} proxy_set_header Connection $other;", 0),
    ],
)
def test_upgrade_and_connection_are_both_needed(project, headers, count):
    proxied(project, headers)
    assert len(findings(project, "proxy-upgrade", facts=ROUTES)) == count


def test_a_map_may_be_in_a_file_without_servers(project):
    proxied(project, f"{UPGRADE} proxy_set_header Connection $other;")
    write(project, nginx__nginx_dot_conf="http { map $http_upgrade $other { default upgrade; } }")
    assert not findings(project, "proxy-upgrade", facts=ROUTES)


def test_a_map_may_be_in_another_nginx_than_the_official_image(project):
    proxied(project, f"{UPGRADE} proxy_set_header Connection $other;")
    change(project, "compose.yaml", "image: nginx:1.27", "image: desk/proxy")
    assert not findings(project, "proxy-upgrade", facts=ROUTES)


def test_a_map_may_be_in_another_file_of_the_project(project):
    proxied(project, f"{UPGRADE} proxy_set_header Connection $other;")
    text = "map $http_upgrade $other {\n    default upgrade;\n    '' close;\n}\n"
    write(project, deploy__maps_dot_conf=text)
    assert not findings(project, "proxy-upgrade", facts=ROUTES)


@pytest.mark.parametrize(
    ("header", "count"),
    [
        ('proxy_set_header Origin "";', 1),
        ("proxy_set_header Origin http://$proxy_host;", 1),
        ("proxy_set_header Origin $http_origin;", 0),
        ("proxy_set_header Origin https://example.com;", 0),
        ("", 0),
    ],
)
def test_the_origin_of_the_browser_is_kept(project, header, count):
    proxied(project, f"{BOTH} {header}")
    assert len(findings(project, "proxy-origin", facts=ROUTES)) == count
    change(project, "config/asgi.py", "AllowedHostsOriginValidator(", "(")
    change(project, "config/asgi.py", "import AllowedHostsOriginValidator", "import x")
    assert not findings(project, "proxy-origin", facts=ROUTES)


@pytest.mark.parametrize(
    ("target", "command", "word"),
    [
        ("ws://web", SERVER, "no scheme `ws`"),
        ("https://web", SERVER, "TLS"),
        ("https://web:8000", SERVER, "TLS"),
        ("http://web:8001", SERVER, "port 8000"),
        ("http://app:8000", SERVER, "no service `app`"),
        ("http://localhost:8000", SERVER, "nginx itself"),
        ("http://web:8000", "daphne -b 0.0.0.0 -p 9000 config.asgi:application", "port 9000"),
        ("http://web", SERVER, None),
        ("http://web:8000", SERVER, None),
        ("https://web:8000", f"{SERVER} --ssl-keyfile k --ssl-certfile c", None),
        ("http://web:8000", "daphne -b 0.0.0.0 config.asgi:application", None),
        ("http://web:8000", "uvicorn config.asgi:application --port $PORT", None),
        ("http://example.com:8000", SERVER, None),
        ("http://$backend", SERVER, None),
        ("http://other:9000", "uvicorn ml.main:app --port 9001", None),
    ],
)
def test_the_target_is_where_the_server_listens(project, target, command, word):
    proxied(project, target=target, command=command)
    messages = [each["message"] for each in findings(project, "proxy-target", facts=ROUTES)]
    assert [word in each for each in messages] == [True] * bool(word)


@pytest.mark.parametrize(
    ("mounted", "count"), [("host.conf", 1), ("other.conf", 0), ("compose.host.conf", 0)]
)
def test_a_file_that_the_container_does_not_use_may_name_the_host(project, mounted, count):
    proxied(project, target="http://localhost:8000")
    (project / "deploy" / "nginx.conf").rename(project / "deploy" / "host.conf")
    write(project, proxy__other_dot_conf="server { listen 80; }\n")
    volume = f"image: nginx\n    volumes:\n      - ./{mounted}:/etc/nginx/conf.d/default.conf"
    change(project, "compose.yaml", "image: nginx:1.27", volume)
    assert len(findings(project, "proxy-target", facts=ROUTES)) == count


def test_names_that_links_or_the_host_network_give_are_ignored(project):
    proxied(project, target="http://localhost:8000")
    change(project, "compose.yaml", "image: nginx:1.27", "image: nginx\n    network_mode: host")
    assert not findings(project, "proxy-target", facts=ROUTES)


@pytest.mark.parametrize(
    ("location", "target", "extra", "count"),
    [
        ("/ws/", "http://web/", "", 1),
        ("/ws/", "http://web/sockets/ws/", "", 1),
        ("/desk/ws/", "http://web", "", 1),
        ("/socket/", "http://web", "", 1),
        ("= /ws/", "http://web", "", 1),
        ("/ws/", "http://web", "rewrite ^/ws/(.*)$ /$1 break;", 1),
        ("/ws/", "http://web", "rewrite ^/ws(/.*)$ $1 break;", 1),
        ("/ws/", "http://web", "rewrite ^/ws(.*) $1 break;", 1),
        ("/ws/", "http://web", "rewrite ^/ws/?(.+)$ /$1 break;", 1),
        ("/ws/", "http://web", "rewrite ^/ws(/.*)$ /ws$1 break;", 0),
        ("/ws/", "http://web", "rewrite ^/ws(/.*)$ $1 last;", 0),
        ("/ws/", "http://web", "rewrite ^/other(/.*)$ $1 break;", 0),
        ("/ws/", "http://web", "", 0),
        ("/", "http://web", "", 0),
        ("/ws", "http://web", "", 0),
        ("/ws/chat/", "http://web", "", 0),
        ("/live/", "http://web/ws/", "", 0),
        ("/live/", "http://web/", "", 0),
        ("/desk/ws/", "http://web/ws/", "", 0),
        ("/desk/", "http://web", "rewrite ^/desk/(.*)$ /$1 break;", 0),
        ("/desk/", "http://web", "rewrite ^/desk(/.*)$ $1 break;", 0),
        ("~ ^/socket/", "http://web", "", 0),
        ("/socket/", "http://$name", "", 0),
    ],
)
def test_a_path_behind_nginx_begins_a_route(project, location, target, extra, count):
    proxied(project, f"{BOTH} {extra}", location, target)
    assert len(findings(project, "proxy-prefix", facts=ROUTES)) == count


@pytest.mark.parametrize(("location", "count"), [("/ws/", 0), ("/socket/", 1)])
def test_the_routes_of_the_sources_count_when_they_begin_with_ws(project, location, count):
    proxied(project, location=location)
    assert len(findings(project, "proxy-prefix")) == count


@pytest.mark.parametrize(("routed", "count"), [("/ws/", 0), ("/sockets/", 2)])
def test_a_location_for_other_requests_may_have_the_headers_of_sockets(project, routed, count):
    proxied(project, location=routed)
    path = project / "deploy" / "nginx.conf"
    text = path.read_text()
    start = text.index(f"location {routed}")
    block = text[start : text.index("}", start) + 1]
    path.write_text(text.replace(block, block + block.replace(routed, "/api/")))
    assert len(findings(project, "proxy-prefix", facts=ROUTES)) == count


def test_a_site_that_knows_its_prefix_is_ignored(project):
    proxied(project, location="/desk/ws/", command=f"{SERVER} --root-path /desk")
    assert not findings(project, "proxy-prefix", facts=ROUTES)


def test_an_upstream_may_be_in_a_file_without_servers(project):
    proxied(project, target="http://sockets")
    top = "http {{\n  upstream {} {{ server web:8000; }}\n  include conf.d/*.conf;\n}}\n"
    write(project, deploy__main_dot_conf=top.format("sockets"))
    assert findings(project, "proxy-target", facts=ROUTES) == []
    write(project, deploy__main_dot_conf=top.format("others"))
    assert len(findings(project, "proxy-target", facts=ROUTES)) == 1


@pytest.mark.parametrize(
    ("volume", "count"),
    [
        ("./nginx/site.conf:/etc/nginx/conf.d/default.conf", 0),
        ("./nginx:/etc/nginx/conf.d", 1),
        ("./nginx/host.conf:/etc/nginx/conf.d/default.conf", 1),
        ("./html:/usr/share/nginx/html", 0),
        ("./gone.conf:/etc/nginx/nginx.conf", 0),
        ("./gone.conf:/etc/nginx/conf.d/host.conf", 0),
    ],
)
def test_a_file_that_no_container_gets_may_be_that_of_the_host(project, volume, count):
    proxied(project)
    compose = (project / "compose.yaml").read_text() + f"    volumes:\n      - {volume}\n"
    text = NGINX.format(location="/", target="http://127.0.0.1:8000", headers=BOTH)
    site = NGINX.format(location="/", target="http://web", headers=BOTH)
    (project / "deploy/nginx.conf").unlink()
    write(project, compose_dot_yaml=compose, nginx__host_dot_conf=text, nginx__site_dot_conf=site)
    assert len(findings(project, "proxy-target", facts=ROUTES)) == count


@pytest.mark.parametrize(("folder", "count"), [("conf.d", 0), ("templates", 1)])
def test_a_template_is_loaded_where_the_image_renders_it(project, folder, count):
    proxied(project)
    volume = f"./nginx:/etc/nginx/{folder}"
    compose = (project / "compose.yaml").read_text() + f"    volumes:\n      - {volume}\n"
    text = NGINX.format(location="/", target="http://127.0.0.1:8000", headers=BOTH)
    (project / "deploy/nginx.conf").unlink()
    write(project, compose_dot_yaml=compose, nginx__site_dot_conf_dot_template=text)
    assert len(findings(project, "proxy-target", facts=ROUTES)) == count

"""What the rules for nginx report and ignore; locations are selected as nginx does."""

import pytest
from support.sample_projects import examine, make_project

from channels_doctor.examine.deployment.nginx import read_nginx
from channels_doctor.examine.files import File

UPGRADE = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
HTTP = "proxy_http_version 1.1;"
PASS = "proxy_pass http://127.0.0.1:8000;"


def proxied(folder, files):
    make_project(folder)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def severities(folder, rule, **request):
    return [each["severity"] for each in examine(folder, **request) if each["rule"] == rule]


def server(body):
    return f"http {{\n  server {{\n    listen 80;\n    {body}\n  }}\n}}\n"


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        (f"location /ws/ {{ {PASS} }}", "error"),
        (f"location / {{ {PASS} {HTTP} }}", "error"),
        (f"location / {{ {PASS} proxy_set_header Host $host; include proxy_params; }}", "error"),
        (f"location ~ ^/(ws|api)/ {{ {PASS} }}", "error"),
        (f"location /ws/ {{ {PASS} }} location / {{ return 404; }}", "error"),
        (f"location / {{ proxy_pass http://pages:3000; }} location /api/ {{ {PASS} }}", "warning"),
        (f"location /ws/ {{ {PASS} {UPGRADE} }}", "warning"),
        (f"location /ws/ {{ {PASS} {UPGRADE} proxy_http_version 1.0; }}", "warning"),
        (f"location /ws/ {{ {PASS} {UPGRADE} {HTTP} }}", None),
        (f"{UPGRADE} {HTTP} location /ws/ {{ {PASS} }}", None),
        (f"{HTTP} location /ws/ {{ {PASS} {UPGRADE} }} location / {{ {PASS} }}", None),
        (f"location /ws/ {{ {PASS} include /etc/nginx/snippets/websocket.conf; }}", None),
        ("location /ws/ { uwsgi_pass django; }", None),
        ("location / { return 301 https://$host$request_uri; }", None),
        (
            (
                f"location /ws/ {{ {PASS} {HTTP} proxy_set_header upgrade $http_upgrade;"
                " proxy_set_header connection x; }"
            ),
            None,
        ),
        (f"location /static/ {{ {PASS} }}", None),
        (f"location = /ws/ {{ {PASS} }} location / {{ {PASS} {UPGRADE} {HTTP} }}", None),
    ],
)
def test_a_location_without_the_upgrade_is_reported(body, severity, tmp_path):
    folder = proxied(tmp_path, {"deploy/nginx.conf": server(body)})
    assert severities(folder, "proxy-upgrade") == [severity] * bool(severity)


@pytest.mark.parametrize(
    ("host", "listen", "number"),
    [
        ("location.hostname + ':8000'", "80", 0),
        ("location.hostname + ':8000'", "8000", 1),
        ("location.hostname + ':8080'", "80", 1),
        ("location.host", "80", 1),
    ],
)
def test_pages_may_connect_to_the_server_behind_nginx(host, listen, number, tmp_path):
    page = f"new WebSocket('ws://' + {host} + '/ws/chat/')"
    nginx = f"server {{ listen {listen}; location / {{ {PASS} }} }}"
    folder = proxied(tmp_path, {"nginx.conf": nginx, "chat/static/chat.js": page})
    assert len(severities(folder, "proxy-upgrade")) == number


def test_an_include_of_the_project_is_followed(tmp_path):
    site = server(f"location / {{ {PASS} include /etc/nginx/proxy.conf; }}")
    assert severities(
        proxied(tmp_path, {"nginx/site.conf": site, "nginx/proxy.conf": HTTP}), "proxy-upgrade"
    ) == ["error"]
    assert not severities(proxied(tmp_path, {"nginx/proxy.conf": HTTP + UPGRADE}), "proxy-upgrade")


@pytest.mark.parametrize(
    ("own", "sets_host"),
    [("", True), ("proxy_set_header Host $host;", False), ("include proxy_params;", False)],
)
def test_the_fix_sets_no_header_twice(tmp_path, own, sets_host):
    folder = proxied(tmp_path, {"nginx.conf": server(f"location /ws/ {{ {PASS} {own} }}")})
    (finding,) = [each for each in examine(folder) if each["rule"] == "proxy-upgrade"]
    assert ("+proxy_set_header Host" in finding["fix"]) is sets_host


def test_a_site_inherits_what_is_at_the_top_of_its_file(tmp_path):
    site = f"{UPGRADE} {HTTP} server {{ location / {{ {PASS} }} }}"
    assert severities(proxied(tmp_path, {"nginx.conf": site}), "proxy-upgrade") == []


def test_an_inner_block_with_headers_does_not_inherit_outer_headers(tmp_path):
    body = f"{UPGRADE} {HTTP} location /ws/ {{ {PASS} proxy_set_header Host $host; }}"
    assert severities(proxied(tmp_path, {"nginx.conf": server(body)}), "proxy-upgrade") == ["error"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("nginx.dev.conf", server(f"location / {{ {PASS} }}")),
        ("templates/nginx.conf.j2", "{% for x in y %}" + server(f"location / {{ {PASS} }}")),
        ("Caddyfile", "example.com {\n reverse_proxy web:8000\n}\n"),
        ("supervisord.conf", "[program:x]\ncommand=x\n"),
        ("nginx.conf", "location { { ; } } server {"),
        ("nginx.conf", 'server { location "/ws/ { proxy_pass x; }'),
        ("nginx.conf", "include nginx.conf; server { include nginx.conf; }"),
        ("nginx.conf", "server { location { proxy_pass; } location { proxy_pass x; } }"),
        ("redis.conf", "maxmemory 1mb\n"),
    ],
)
def test_files_that_are_not_production_nginx_are_ignored(path, text, tmp_path):
    folder = proxied(tmp_path, {path: text})
    assert not severities(folder, "proxy-upgrade")
    assert not severities(folder, "proxy-timeout")


def test_a_project_without_sockets_needs_no_upgrade(tmp_path):
    folder = proxied(
        tmp_path, {"nginx.conf": server(f"location / {{ {PASS} }}"), "config/routing.py": ""}
    )
    (folder / "chat/consumers.py").unlink()
    assert not severities(folder, "proxy-upgrade")


@pytest.mark.parametrize(("base", "severity"), [("Http", []), ("Websocket", ["error"])])
def test_a_project_whose_consumers_answer_http_needs_no_upgrade(tmp_path, base, severity):
    consumer = f"""
from channels.generic.{base.lower()} import Async{base}Consumer
class ChatConsumer(Async{base}Consumer):
    pass
"""
    folder = proxied(
        tmp_path,
        {"nginx.conf": server(f"location / {{ {PASS} }}"), "chat/consumers.py": consumer},
    )
    assert severities(folder, "proxy-upgrade") == severity


def test_the_routes_that_django_loaded_select_the_location(tmp_path):
    body = f"location /ws/ {{ {PASS} {HTTP} }} location /live/ {{ {PASS} {HTTP} }}"
    folder = proxied(tmp_path, {"nginx.conf": server(body)})
    facts = {"routes": [{"pattern": "live/<int:pk>/"}]}
    (finding,) = [each for each in examine(folder, facts=facts) if each["rule"] == "proxy-upgrade"]
    assert "location /live/" in finding["message"]


@pytest.mark.parametrize(
    ("command", "limit", "count"),
    [
        ("daphne --ping-interval 300 config.asgi:application", "", 1),
        ("daphne --ping-interval 60 config.asgi:application", "", 1),
        ("uvicorn config.asgi:application --ws-ping-interval=90", "", 1),
        ("uvicorn config.asgi:application --ws wsproto --ws-ping-interval 0", "", 1),
        ("hypercorn config.asgi:application", "", 1),
        ("daphne --ping-interval 300 config.asgi:application", "proxy_read_timeout 75s;", 1),
        ("daphne config.asgi:application", "proxy_read_timeout 10;", 1),
        ("daphne --ping-interval 300 config.asgi:application", "proxy_read_timeout 1h;", 0),
        ("daphne --ping-interval 300 config.asgi:application", "proxy_read_timeout $patience;", 0),
        ("daphne config.asgi:application", "", 0),
        ("daphne --ping-interval 0 config.asgi:application", "", 0),
        ("uvicorn config.asgi:application", "", 0),
        ("uvicorn config.asgi:application --ws-ping-interval $PING", "", 0),
        ("hypercorn config.asgi:application --websocket-ping-interval 20", "", 0),
        ("hypercorn config.asgi:application -c hypercorn.toml", "", 0),
        ("granian --interface asgi config.asgi:application", "", 0),
        ("gunicorn config.asgi:application -k uvicorn_worker.UvicornWorker", "", 0),
    ],
)
def test_a_ping_interval_above_the_nginx_limit_is_reported(command, limit, count, tmp_path):
    body = f"location /ws/ {{ {PASS} {UPGRADE} {HTTP} {limit} }}"
    folder = proxied(
        tmp_path,
        {"nginx.conf": server(body), "web.service": f"[Service]\nExecStart=/x/{command}\n"},
    )
    assert severities(folder, "proxy-timeout") == ["info"] * count


def test_directives_keep_their_lines_and_quotes(tmp_path):
    text = (
        "# first\nserver {\n  location '/a b' { # {\n    proxy_pass \"http://x;y\";\n"
        "    set $a ${b};\n  }\n}\n"
    )
    (tmp_path / "nginx.conf").write_text(text)
    (top,) = read_nginx([File("nginx.conf", str(tmp_path / "nginx.conf"))])
    (location,) = top.block
    assert location.words == ["location", "/a b"]
    assert location.location == ("nginx.conf", 3)
    assert [each.words for each in location.block] == [
        ["proxy_pass", "http://x;y"],
        ["set", "$a", "${b}"],
    ]


@pytest.mark.parametrize(
    ("commands", "severity"),
    [
        ("web: daphne config.asgi:application\n", []),
        ("web: python manage.py runserver 0.0.0.0:8000\n", []),
        ("web: uvicorn config.asgi:application\n", ["warning"]),
        ("web: daphne config.asgi:application\nother: uvicorn config.asgi:app\n", ["warning"]),
    ],
)
def test_daphne_alone_accepts_an_upgrade_over_http_1_0(tmp_path, commands, severity):
    nginx = server(f"location /ws/ {{ {PASS} {UPGRADE} }}")
    folder = proxied(tmp_path, {"deploy/nginx.conf": nginx, "Procfile": commands})
    assert severities(folder, "proxy-upgrade") == severity


@pytest.mark.parametrize(
    ("services", "count"),
    [("web", 1), ("api", 0), ("api:\n    container_name: web", 1)],
)
def test_nginx_in_front_of_no_service_is_of_another_deployment(tmp_path, services, count):
    nginx = server("location /ws/ { proxy_pass http://web:8000; }")
    compose = f"services:\n  {services}{'' if ':' in services else ':'}\n    image: site\n"
    folder = proxied(tmp_path, {"deploy/nginx.conf": nginx, "compose.yaml": compose})
    assert len(severities(folder, "proxy-upgrade")) == count


PAGES = "server { location / { proxy_pass http://pages:3000; proxy_set_header Upgrade x; } }"


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1:8000", []), ("pages:3000", ["error"])])
def test_a_server_of_the_front_end_beside_that_of_the_sockets_is_ignored(tmp_path, host, expected):
    sockets = f"server {{ location /ws/ {{ proxy_pass http://{host}; {UPGRADE} {HTTP} }} }}"
    folder = proxied(tmp_path, {"nginx.conf": f"http {{ {sockets} {PAGES} }}"})
    assert severities(folder, "proxy-upgrade") == expected


@pytest.mark.parametrize(("path", "is_diff"), [("/api/", False), ("/grafana/", True)])
def test_sockets_need_a_block_of_their_own_beside_a_front_end(tmp_path, path, is_diff):
    body = f"location / {{ proxy_pass http://pages:3000; }} location {path} {{ {PASS} }}"
    folder = proxied(tmp_path, {"nginx.conf": server(body)})
    (finding,) = [each for each in examine(folder) if each["rule"] == "proxy-upgrade"]
    assert finding["fix"].startswith("+") is is_diff


APACHE = "<VirtualHost *:80>\n    {}\n</VirtualHost>\n"
TO_DJANGO = "ProxyPass / http://127.0.0.1:8000/"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (TO_DJANGO, 1),
        ("ProxyPass /ws/ http://127.0.0.1:8000/ws/", 1),
        ('ProxyPass "/" "http://127.0.0.1:8000/"', 1),
        ('ProxyPass "/" "http://127.0.0.1:8000/" upgrade=websocket', 0),
        (f"{TO_DJANGO} upgrade=websocket", 0),
        (f"ProxyPass /ws/ ws://127.0.0.1:8000/ws/\n    {TO_DJANGO}", 0),
        ("RewriteRule /(.*) ws://127.0.0.1:8000/$1 [P,L]\n    " + TO_DJANGO, 0),
        ("ProxyPass /api/ http://127.0.0.1:8000/api/", 0),
        ("ProxyPass /static/ !", 0),
        (f"ProxyPass /static/ !\n    {TO_DJANGO}", 1),
        (f"ProxyPass /ws/ !\n    {TO_DJANGO}", 0),
        (f"# {TO_DJANGO}", 0),
    ],
)
def test_apache_passes_handshakes_on(body, count, tmp_path):
    folder = proxied(tmp_path, {"deploy/apache.conf": APACHE.format(body)})
    assert len(severities(folder, "apache-upgrade")) == count


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Procfile", "web: gunicorn config.wsgi\n"),
        ("nginx.conf", server(f"location / {{ {PASS} {UPGRADE} {HTTP} }}")),
        ("chat/static/chat.js", "new WebSocket('wss://example.com:8001/ws/')"),
    ],
)
def test_sockets_may_not_go_through_apache(path, text, tmp_path):
    files = {"deploy/apache.conf": APACHE.format(TO_DJANGO), path: text}
    assert severities(proxied(tmp_path, files), "apache-upgrade") == []


NAMED = "upstream django {{ server web:8000; }} server {{ listen 80; {} }}"
TO_UPSTREAM = "location / {{ proxy_pass http://django; {} }}"
WEB = "services:\n  web:\n    build: .\n    command: daphne -p 8000 config.asgi:application\n"


@pytest.mark.parametrize(
    ("headers", "hosts", "more", "count"),
    [
        ("", '["example.com"]', "", 1),
        ("proxy_set_header X-Forwarded-Proto https;", '["example.com"]', "", 1),
        ("proxy_set_header Host $host;", '["example.com"]', "", 0),
        ("include proxy_params;", '["example.com"]', "", 0),
        ("", '["example.com", "django"]', "", 0),
        ("", '["*"]', "", 0),
        ("", 'os.environ["HOSTS"].split(",")', "", 0),
        ("", '["example.com"]', "USE_X_FORWARDED_HOST = True\n", 0),
    ],
)
def test_django_knows_the_host_that_nginx_sends(headers, hosts, more, count, tmp_path):
    nginx = NAMED.format(TO_UPSTREAM.format(headers))
    folder = proxied(tmp_path, {"nginx.conf": nginx, "compose.yaml": WEB})
    settings = folder / "config/settings.py"
    new = f"\nimport os\nDEBUG = False\nALLOWED_HOSTS = {hosts}\n{more}"
    settings.write_text(settings.read_text() + new)
    assert len(severities(folder, "proxy-host")) == count


INVALID = "The domain name provided is not valid according to RFC 1034/1035."


@pytest.mark.parametrize(
    ("target", "hosts", "more", "log"),
    [
        ("web:8000", ["a.org"], "", "'web:8000'. You may need to add 'web' to ALLOWED_HOSTS."),
        ("web:80", ["a.org"], "", "'web'. You may need to add 'web' to ALLOWED_HOSTS."),
        ("web_app:8000", ["*"], "", f"'web_app:8000'. {INVALID}"),
        ("web_app:8000", ["*"], "USE_X_FORWARDED_HOST = True\n", None),
    ],
)
def test_the_host_that_nginx_sends_has_a_port_and_no_underscore(target, hosts, more, log, tmp_path):
    name = target.partition(":")[0]
    nginx = f"server {{ listen 80; location / {{ proxy_pass http://{target}; }} }}"
    files = {"nginx.conf": nginx, "compose.yaml": WEB.replace("web:", f"{name}:")}
    folder = proxied(tmp_path, files)
    settings = folder / "config/settings.py"
    settings.write_text(f"{settings.read_text()}\nDEBUG = False\nALLOWED_HOSTS = {hosts}\n{more}")
    found = [each for each in examine(folder) if each["rule"] == "proxy-host"]
    assert [each["symptom"] for each in found] == [f"Invalid HTTP_HOST header: {log}"] * bool(log)
    for each in found:
        reason = "a valid domain name" if name == "web_app" else "in `ALLOWED_HOSTS`"
        assert f"This host is not {reason}, so Django answers 400." in each["message"]


def test_a_file_of_nginx_may_set_the_host_for_those_that_it_includes(tmp_path):
    main = "http { proxy_set_header Host $host; include /etc/nginx/conf.d/*.conf; }"
    nginx = NAMED.format(TO_UPSTREAM.format(""))
    folder = proxied(tmp_path, {"site.conf": nginx, "nginx.conf": main, "compose.yaml": WEB})
    settings = folder / "config/settings.py"
    settings.write_text(f'{settings.read_text()}\nDEBUG = False\nALLOWED_HOSTS = ["a.example"]\n')
    assert severities(folder, "proxy-host") == []
    (folder / "nginx.conf").write_text(main.replace("Host $host", "X-Real-IP $remote_addr"))
    assert len(severities(folder, "proxy-host")) == 1


@pytest.mark.parametrize(("sign", "count"), [("# ", 0), ("", 1)])
def test_a_file_that_compose_names_in_comments_alone_is_not_in_use(tmp_path, sign, count):
    files = {
        "docker-compose.yml": f"services:\n  web:\n    command: daphne config.asgi:application\n"
        f"{sign}    volumes:\n{sign}      - ./proxy/site.conf:/etc/nginx/conf.d/default.conf\n",
        "proxy/site.conf": server("location / { proxy_pass http://web:8000; }"),
    }
    assert len(severities(proxied(tmp_path, files), "proxy-upgrade")) == count

"""Single faults in deployment files."""

from case import Fault

N = "deploy/nginx.conf"
MAP = """map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      close;
}

"""

SITE_COMMAND = """    command: >
      gunicorn config.asgi:application
      -k uvicorn.workers.UvicornWorker
      --workers 3
      --bind 0.0.0.0:8000
"""

FAULTS = [
    Fault(
        name="procfile_serves_wsgi",
        shape="WSGI server for WebSockets",
        base="deployed",
        edits={
            "Procfile": [
                (
                    "web: daphne -b 0.0.0.0 -p $PORT mysite.asgi:application",
                    "web: gunicorn mysite.wsgi --bind 0.0.0.0:$PORT --log-file -",
                )
            ],
            "requirements.txt": [("daphne>=4.2,<5\n", "daphne>=4.2,<5\ngunicorn>=23\n")],
        },
        path="Procfile",
        anchor="gunicorn mysite.wsgi",
    ),
    Fault(
        name="gthread_workers_for_asgi",
        shape="gunicorn without an ASGI worker",
        base="site",
        edits={
            "Dockerfile": [
                (
                    '"--worker-class", "uvicorn.workers.UvicornWorker"',
                    '"--worker-class", "gthread", "--threads", "8"',
                )
            ],
            "compose.yaml": [(SITE_COMMAND, "")],
        },
        path="Dockerfile",
        anchor='"gthread"',
    ),
    Fault(
        name="nginx_keepalive_connection_header",
        shape="nginx without Connection: upgrade",
        base="deployed",
        edits={
            N: [
                (
                    "proxy_set_header Connection $connection_upgrade;",
                    'proxy_set_header Connection "";',
                )
            ]
        },
        path=N,
        anchor='proxy_set_header Connection "";',
    ),
    Fault(
        name="nginx_rewrites_the_prefix_away",
        shape="nginx changes the path",
        base="deployed",
        edits={
            N: [
                (
                    "    location /ws/ {\n        proxy_pass http://chat;\n",
                    "    location /ws/ {\n        rewrite ^/ws/(.*)$ /$1 break;\n       "
                    " proxy_pass http://chat;\n",
                )
            ]
        },
        path=N,
        anchor="rewrite ^/ws/",
    ),
    Fault(
        name="nginx_without_the_map",
        shape="nginx variable that is not defined",
        base="deployed",
        edits={N: [(MAP, "")]},
        path=N,
        anchor="$connection_upgrade",
    ),
    Fault(
        name="systemd_gives_daphne_the_wsgi_module",
        shape="ASGI server with the WSGI module",
        base="deployed",
        edits={
            "deploy/chat.service": [
                ("-p 8000 mysite.asgi:application", "-p 8000 mysite.wsgi:application")
            ]
        },
        path="deploy/chat.service",
        anchor="mysite.wsgi:application",
    ),
    Fault(
        name="compose_runs_the_development_server",
        shape="runserver in the deployment",
        base="site",
        edits={
            "compose.yaml": [
                (
                    SITE_COMMAND,
                    """    command: ["python", "manage.py", "runserver", "0.0.0.0:8000"]
""",
                )
            ]
        },
        path="compose.yaml",
        anchor='"runserver"',
    ),
    Fault(
        name="daphne_listens_inside_its_container_only",
        shape="server that listens on the loopback in a container",
        base="deployed",
        edits={
            "compose.yaml": [
                (
                    "command: daphne -b 0.0.0.0 -p 8000",
                    "command: daphne -b 127.0.0.1 -p 8000",
                )
            ]
        },
        path="compose.yaml",
        anchor="daphne -b 127.0.0.1",
        paths=(N,),
    ),
    Fault(
        name="daphne_on_another_port_than_the_upstream",
        shape="port that the proxy does not know",
        base="deployed",
        edits={"compose.yaml": [("-b 0.0.0.0 -p 8000 mysite", "-b 0.0.0.0 -p 8001 mysite")]},
        path="compose.yaml",
        anchor="-p 8001",
        paths=(N,),
    ),
    Fault(
        name="daphne_with_workers",
        shape="option that the server does not have",
        base="deployed",
        edits={
            "Dockerfile": [
                (
                    '"-p", "8000", "mysite.asgi:application"]',
                    '"-p", "8000", "--workers", "4", "mysite.asgi:application"]',
                )
            ],
            "compose.yaml": [
                ("    command: daphne -b 0.0.0.0 -p 8000 mysite.asgi:application\n", "")
            ],
        },
        path="Dockerfile",
        anchor='"--workers"',
    ),
]

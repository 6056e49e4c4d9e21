"""Servers of git repositories on this machine: OpenSSH, and HTTPS with a password."""

import base64
import contextlib
import http.server
import os
import pwd
import shlex
import shutil
import ssl
import subprocess
import threading
from pathlib import Path

import pytest

from support.processes import find_free_port, is_port_open, wait_for

USER, PASSWORD = "reader", "correct-horse"  # of the HTTPS server
HEADERS = {
    "Content-Type": "CONTENT_TYPE",
    "Content-Encoding": "HTTP_CONTENT_ENCODING",
    "Git-Protocol": "GIT_PROTOCOL",
}


class SshServer:
    """An sshd that accepts one key of the current user."""

    def __init__(self, folder):
        self.folder, self.port = folder, find_free_port()
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        for name in ("host", "user", "stranger"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)],
                check=True,
            )
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        (folder / "known_hosts").write_text(
            f"[127.0.0.1]:{self.port} {(folder / 'host.pub').read_text()}"
        )
        settings = {
            "ListenAddress": f"127.0.0.1:{self.port}",
            "HostKey": folder / "host",
            "AuthorizedKeysFile": folder / "authorized_keys",
            "PidFile": "none",
            **dict.fromkeys(("StrictModes", "UsePAM", "PasswordAuthentication"), "no"),
            "KbdInteractiveAuthentication": "no",
        }
        lines = [f"{name} {value}\n" for name, value in settings.items()]
        (folder / "sshd_config").write_text("".join(lines))

    @contextlib.contextmanager
    def run(self):
        """Serve until the block ends. Skip the test without an sshd."""
        program = shutil.which("sshd", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
        if program is None:
            pytest.skip("sshd is not installed: install openssh-server.")
        if os.geteuid() == 0:
            # sshd requires this folder, which the service of Debian creates.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (self.folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [program, "-D", "-e", "-f", self.folder / "sshd_config"], stderr=log
            )
        with server:
            try:
                wait_for(
                    lambda: is_port_open(self.port) or server.poll() is not None, "sshd listens"
                )
                yield
            finally:
                server.terminate()

    def command(self, key="user", hosts="known_hosts"):
        """Return a GIT_SSH_COMMAND with a key, known hosts, and the host alias `forge`."""
        config = self.folder / f"config-{key}-{hosts}"
        config.write_text(
            f"Host forge\n  HostName 127.0.0.1\n  Port {self.port}\n"
            f"Host *\n  IdentityFile {self.folder / key}\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.folder / hosts}\n  GlobalKnownHostsFile none\n"
        )
        return f"ssh -F {shlex.quote(str(config))}"


class HttpsServer:
    """An HTTPS server with a self-signed certificate, which requires a password."""

    def __init__(self, folder, repositories):
        self.folder, self.repositories, self.port = folder, repositories, find_free_port()
        self.certificate = folder / "certificate.pem"
        if shutil.which("openssl") is None:
            pytest.skip("openssl is not installed.")
        names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        files = ["-keyout", str(folder / "key.pem"), "-out", str(self.certificate)]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *files],
            check=True,
            capture_output=True,
        )

    @contextlib.contextmanager
    def run(self):
        """Serve until the block ends."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.folder / "key.pem")
        handler = type("Handler", (GitHandler,), {"repositories": self.repositories})
        server_class = type("Server", (TlsServer,), {"context": context})
        with server_class(("127.0.0.1", self.port), handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()


class TlsServer(http.server.ThreadingHTTPServer):
    """Serves each connection with TLS, in its own thread."""

    def finish_request(self, request, address):
        """Answer a connection, unless the client rejects the certificate."""
        with (
            contextlib.suppress(OSError),
            self.context.wrap_socket(request, server_side=True) as secure,
        ):
            super().finish_request(secure, address)


class GitHandler(http.server.BaseHTTPRequestHandler):
    """Runs `git http-backend` for requests with the password."""

    def do_GET(self):
        """Run the CGI program, or require the password."""
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != expected:
            self.respond(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        result = subprocess.run(
            ["git", "http-backend"],
            input=body,
            env=self.cgi_variables(body),
            capture_output=True,
            check=False,
        )
        head, _, content = result.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        status = int(headers.pop("Status", "200").split()[0])
        self.respond(status, headers, content)

    def cgi_variables(self, body):
        """Return the environment of the CGI program."""
        path, _, query = self.path.partition("?")
        headers = {
            variable: self.headers[name]
            for name, variable in HEADERS.items()
            if name in self.headers
        }
        return {
            "GIT_PROJECT_ROOT": str(self.repositories),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "PATH": os.environ["PATH"],
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_USER": USER,
            **headers,
        }

    def respond(self, status, headers, content):
        """Send a response."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - http.server requires these names

    def log_message(self, *_):
        """Log nothing."""

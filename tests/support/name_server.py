"""A name server as in Docker.

`python name_server.py ADDRESS FILE` resolves every name to the addresses in the file.
"""

import ipaddress
import socketserver
import struct
import sys
from pathlib import Path

IPV4_QUERY = 1  # the type "A"
TTL = 600  # seconds, as in Docker's answers


class QueryHandler(socketserver.BaseRequestHandler):
    """Answers one query."""

    def handle(self):
        """Send the addresses of the file, or none if the query is not for IPv4."""
        query, socket = self.request
        end = query.index(0, 12) + 5
        (query_type,) = struct.unpack("!H", query[end - 4 : end - 2])
        addresses = Path(sys.argv[2]).read_text().split() if query_type == IPV4_QUERY else []
        # An answer without an error. 0xC00C refers to the name at byte 12.
        header = query[:2] + struct.pack("!5H", 0x8180, 1, len(addresses), 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, IPV4_QUERY, 1, TTL, 4)
        answers = (record + ipaddress.IPv4Address(address).packed for address in addresses)
        socket.sendto(header + query[12:end] + b"".join(answers), self.client_address)


if __name__ == "__main__":
    with socketserver.UDPServer((sys.argv[1], 53), QueryHandler) as server:
        server.serve_forever()

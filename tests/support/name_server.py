"""A name server as Docker has one: `python nameserver.py ADDRESS FILE` gives every name the addresses in the file."""

import ipaddress
import socketserver
import struct
import sys
from pathlib import Path

A = 1  # a question for IPv4 addresses
TTL = 600  # seconds; Docker's answers claim to be good for so long


class Answer(socketserver.BaseRequestHandler):
    """Answers one question."""

    def handle(self):
        """Send the file's addresses, or none if others than IPv4 are wanted."""
        question, socket = self.request
        end = question.index(0, 12) + 5
        (kind,) = struct.unpack("!H", question[end - 4 : end - 2])
        addresses = Path(sys.argv[2]).read_text().split() if kind == A else []
        # An answer without an error; the name is the one at byte 12.
        header = question[:2] + struct.pack("!5H", 0x8180, 1, len(addresses), 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, A, 1, TTL, 4)
        answers = (record + ipaddress.IPv4Address(address).packed for address in addresses)
        socket.sendto(header + question[12:end] + b"".join(answers), self.client_address)


if __name__ == "__main__":
    with socketserver.UDPServer((sys.argv[1], 53), Answer) as server:
        server.serve_forever()

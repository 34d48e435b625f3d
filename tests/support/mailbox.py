"""A mail server on loopback (RFC 5321, 3207, 4954), as far as a client that sends needs one, and as crooked as told."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from support.authority import Issued


@dataclass
class Mailbox:
    """``mails`` are (sender, recipients, text); ``logins`` what AUTH brought, ``said`` each command with whether it
    came encrypted. ``answers`` replace the honest answer to a command's first word; ``drip`` sends the greeting one
    byte at a time, with pauses of so many seconds; ``endless`` never ends its answer to EHLO."""

    issued: Issued | None
    implicit: bool = False
    mails: list[tuple[str, list[str], str]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    said: list[tuple[str, bool]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    offers_tls: bool = True
    drip: float = 0.0
    endless: bool = False
    port: int = 0

    def serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError), plain:
            plain.settimeout(20)
            self._talk(plain)

    def _talk(self, connection: socket.socket) -> None:
        encrypted = False
        if self.implicit and self.issued:
            connection, encrypted = self.issued.context().wrap_socket(connection, server_side=True), True
        if self.drip:
            for byte in b"220 " + b"x" * 400:
                connection.sendall(bytes([byte]))
                time.sleep(self.drip)
        connection.sendall(b"220 mail ESMTP\r\n")
        file = connection.makefile("rb")
        sender, recipients = "", []
        while text := file.readline(10_000):
            command = text.decode().strip()
            word = command.split()[0].upper() if command else ""
            self.said.append((command, encrypted))
            if word in self.answers:
                connection.sendall(self.answers[word].encode())
            elif word == "EHLO" and self.endless:
                while True:
                    connection.sendall(b"250-more\r\n" * 1_000)
            elif word == "EHLO":
                tls = b"250-STARTTLS\r\n" if self.offers_tls and not encrypted else b""
                connection.sendall(b"250-mail\r\n" + tls + b"250 AUTH PLAIN\r\n")
            elif word == "STARTTLS" and self.issued:
                connection.sendall(b"220 go\r\n")
                connection = self.issued.context().wrap_socket(connection, server_side=True)
                file, encrypted = connection.makefile("rb"), True
            elif word == "AUTH":
                self.logins.append(base64.b64decode(command.split()[2]).decode())
                connection.sendall(b"235 ok\r\n")
            elif word == "MAIL":
                sender, recipients = command, []
                connection.sendall(b"250 ok\r\n")
            elif word == "RCPT":
                recipients.append(command)
                connection.sendall(b"250 ok\r\n")
            elif word == "DATA":
                connection.sendall(b"354 go\r\n")
                lines = []
                while (line := file.readline(100_000)) not in {b".\r\n", b""}:
                    lines.append(line)
                self.mails.append((sender, recipients, b"".join(lines).decode()))
                connection.sendall(b"250 taken\r\n")
            elif word == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"502 no\r\n")


@contextlib.contextmanager
def running(issued: Issued | None, **more: object) -> Iterator[Mailbox]:
    box = Mailbox(issued, **more)  # type: ignore[arg-type]
    listener = socket.create_server(("127.0.0.1", 0))
    box.port = listener.getsockname()[1]

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=box.serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield box
    finally:
        listener.close()

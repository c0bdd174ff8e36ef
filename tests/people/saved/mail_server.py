"""As much of SMTP as a client needs to hand over a mail, over real sockets."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


class _Session(socketserver.StreamRequestHandler):
    server: MailServerHere

    def handle(self) -> None:
        self._say("220 here ESMTP")
        while line := self.rfile.readline():
            word = line.strip().upper()
            if word.startswith((b"EHLO", b"HELO")):
                self._say("250 here")
            elif word.startswith(b"DATA"):
                self._take()
            elif word.startswith(b"QUIT"):
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        if self.server.refusals > 0:
            self.server.refusals -= 1
            self._say("451 try again later")
            return
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.server.mails.append(cast("EmailMessage", message_from_bytes(b"".join(lines), policy=policy.default)))
        if self.server.is_cut_off:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class MailServerHere(socketserver.ThreadingTCPServer):
    """Keeps the mails it took; refuses the next `refusals` for now."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[EmailMessage] = []
        self.refusals = 0
        self.is_cut_off = False
        """Whether it takes a mail and is gone before it says so."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def served_mail() -> Iterator[MailServerHere]:
    with MailServerHere() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

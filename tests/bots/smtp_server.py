"""A small SMTP server on loopback: takes letters, or answers what a test wants at a step, with STARTTLS where it has a certificate."""

from __future__ import annotations

import ipaddress
import socketserver
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class SmtpServer:
    """`answers` maps a step (helo, auth, mail, rcpt, data, end, hello) to what is answered instead; "drop" hangs up."""

    def __init__(self, context=None):
        self.answers, self.letters, self.said, self.context = {}, [], [], context
        outer = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    outer.talk(self)
                finally:
                    for one in (self.rfile, self.wfile, self.request):
                        one.close()

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._listener = Listener(("127.0.0.1", 0), Session)
        self.port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self._listener.shutdown()
        self._listener.server_close()

    def talk(self, session):
        with_tls = False
        if not self._say(session, "hello", "220 contoh.example"):
            return
        while line := session.rfile.readline():
            verb = line.split()[0].decode().lower() if line.split() else ""
            self.said.append((verb, with_tls))
            offered = ["250-contoh.example", "250-AUTH PLAIN", "250 8BITMIME"]
            if verb == "ehlo":
                if self.context and not with_tls:
                    offered.insert(1, "250-STARTTLS")
                ok = self._say(session, "helo", "\r\n".join(offered))
            elif verb == "starttls":
                self._say(session, "starttls", "220 go on")
                session.request = self.context.wrap_socket(session.request, server_side=True)
                session.rfile, session.wfile = session.request.makefile("rb"), session.request.makefile("wb", 0)
                with_tls, ok = True, True
            elif verb == "data":
                ok = self._data(session)
            elif verb == "quit":
                return
            else:
                ok = self._say(session, verb, {"auth": "235 2.7.0 fine"}.get(verb, "250 2.0.0 fine"))
            if not ok:
                return

    def _data(self, session):
        if "data" in self.answers:
            return self._say(session, "data", "")
        self._say(session, "data", "354 go on")
        lines = []
        while (line := session.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if "end" not in self.answers or self.answers["end"] == "drop":
            self.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))
        return self._say(session, "end", "250 2.0.0 taken")

    def _say(self, session, step, usual):
        answer = self.answers.get(step, usual)
        if answer == "drop":
            return False
        session.wfile.write(f"{answer}\r\n".encode())
        return True


def certificate(folder):
    """A server's and a client's TLS context for 127.0.0.1, made for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "contoh.example")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(hours=1))
    made = made.not_valid_after(now + timedelta(hours=1)).add_extension(names, critical=False)
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "server.pem"
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    path.write_bytes(key.private_bytes(*private) + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=pem.decode())

"""A small IMAP server on loopback with one folder: LOGIN, EXAMINE, UID SEARCH, UID FETCH of parts of bodies."""

from __future__ import annotations

import re
import socketserver
import threading


class ImapServer:
    """`letters` are the folder's by uid; `refuses` makes it refuse the password, `fails` the next command that it names."""

    def __init__(self):
        self.letters, self.validity, self.said, self.refuses, self.fails = {}, 7, [], False, ""
        outer = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                while line := self.rfile.readline():
                    tag, _, command = line.decode().strip().partition(" ")
                    told = outer.answer(command)
                    if told is None:
                        return
                    self.wfile.write(told[0] + f"{tag} {told[1]} done\r\n".encode())

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        self._listener = Listener(("127.0.0.1", 0), Session)
        self.url = f"imap://lapor:rahasia@127.0.0.1:{self._listener.server_address[1]}"
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self._listener.shutdown()
        self._listener.server_close()

    def arrive(self, raw):
        self.letters[max(self.letters, default=0) + 1] = raw.replace("\n", "\r\n").encode()

    def answer(self, command):
        """The untagged lines and the status, None to hang up."""
        self.said.append(command)
        if self.fails and self.fails in command:
            self.fails = ""
            return None
        verb = command.split()[0].upper()
        if verb == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n", "OK"
        if verb == "LOGIN":
            return b"", "NO" if self.refuses else "OK"
        if verb == "EXAMINE":
            told = f"* {len(self.letters)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] x\r\n"
            return f"{told}* OK [UIDNEXT {max(self.letters, default=0) + 1}] x\r\n".encode(), "OK [READ-ONLY]"
        if command.startswith("UID SEARCH"):
            return f"* SEARCH {' '.join(map(str, self._found(command)))}\r\n".encode(), "OK"
        if command.startswith("UID FETCH"):
            return self._fetched(command), "OK"
        return b"", "BAD"

    def _found(self, command):
        if span := re.search(r"UID (\d+):\*", command.removeprefix("UID SEARCH")):
            last = max(self.letters, default=0)
            return sorted({uid for uid in self.letters if uid >= int(span[1])} | ({last} if last else set()))
        if wanted := re.search(r'HEADER Message-ID "(.+)"', command):
            return [uid for uid, raw in self.letters.items() if wanted[1].encode() in raw]
        return sorted(self.letters)

    def _fetched(self, command):
        uid, first, most = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?\)", command).groups()
        raw = self.letters[int(uid)]
        raw = raw[int(first) : int(first) + int(most)] if first else raw
        return f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"

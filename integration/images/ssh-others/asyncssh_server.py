"""Two AsyncSSH servers: one that asks questions, runs commands and serves files, and one whose SFTP is allowed but odd.

Arguments: their ports.
"""

import asyncio
import signal
import sys

import asyncssh

KEYS = "/etc/fairlead"
PASSWORD = "app-password"
TOKEN = "123456"


class Server(asyncssh.SSHServer):
    """Knows one account: by password, key, certificate, or by two rounds of questions and one without any."""

    def __init__(self):
        self.round = 0

    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return username == "app" and password == PASSWORD

    def kbdint_auth_supported(self):
        return True

    def get_kbdint_challenge(self, username, lang, submethods):
        self.round = 1
        return "Harbour", "Who goes there?", "", [("Password: ", False), ("Favourite colour: ", True)]

    def validate_kbdint_response(self, username, responses):
        if self.round == 1 and username == "app" and responses == [PASSWORD, "blue"]:
            self.round = 2
            return "Harbour", "And now the token.", "", [("Token: ", True)]
        if self.round == 2 and responses == [TOKEN]:
            self.round = 3
            return "Harbour", "Welcome aboard.", "", []
        return self.round == 3 and responses == []

    def connection_requested(self, dest_host, dest_port, orig_host, orig_port):
        return True

    def unix_connection_requested(self, dest_path):
        return True

    def server_requested(self, listen_host, listen_port):
        return True


async def run(process):
    """Runs a command by the shell; some words have a meaning of their own."""
    if process.command == "odd signal":
        process.stderr.write(b"about to end\n")
        process.exit_with_signal("TERM", True, "it was time", "en")
    elif process.command == "odd no status":
        process.stdout.write(b"and nothing more\n")
        process.close()
    elif process.command == "odd env":
        process.stdout.write("".join(f"{name}={value}\n" for name, value in sorted(process.env.items())).encode())
        process.exit(0)
    else:
        await run_by_shell(process)


async def run_by_shell(process):
    child = await asyncio.create_subprocess_shell(
        process.command or "exec sh",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    feeding = asyncio.ensure_future(pump(process.stdin, child.stdin))
    await asyncio.gather(pump(child.stdout, process.stdout), pump(child.stderr, process.stderr))
    status = await child.wait()
    feeding.cancel()
    if status < 0:
        process.exit_with_signal(signal.Signals(-status).name.removeprefix("SIG"))
    else:
        process.exit(status)


async def pump(source, sink):
    """Passes all bytes on, and the end of an input. What nobody wants any more ends it too."""
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        if isinstance(sink, asyncio.StreamWriter):
            sink.close()
    except (asyncssh.Error, OSError):
        pass


class OddSFTPServer(asyncssh.SFTPServer):
    """Reads come short, and sizes are said to be 0: both are allowed, and /proc is so too."""

    async def read(self, file_obj, offset, size):
        file_obj.seek(offset)
        return file_obj.read(min(size, 5000))

    def stat(self, path):
        return self._hide(super().stat(path))

    def lstat(self, path):
        return self._hide(super().lstat(path))

    def fstat(self, file_obj):
        return self._hide(super().fstat(file_obj))

    @staticmethod
    def _hide(result):
        attrs = asyncssh.SFTPAttrs.from_local(result)
        attrs.size = 0
        return attrs


async def main():
    common = {
        "server_factory": Server,
        "server_host_keys": [f"{KEYS}/host_{kind}" for kind in ("ed25519", "ecdsa", "rsa")],
        "authorized_client_keys": f"{KEYS}/asyncssh_authorized",
        "process_factory": run,
        "encoding": None,
        "allow_scp": False,
        "rekey_bytes": 2_000_000,
    }
    port, odd_port = (int(argument) for argument in sys.argv[1:])
    await asyncssh.listen("", port, sftp_factory=True, **common)
    await asyncssh.listen("", odd_port, sftp_factory=OddSFTPServer, **common)
    await asyncio.Event().wait()


asyncio.run(main())

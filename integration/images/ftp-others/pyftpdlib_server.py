"""pyftpdlib: plain, with TLS by AUTH, with TLS from the first byte, and one that knows only what RFC 959 does.

Arguments: the first and the last port for data.
"""

import os
import sys
import time

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

PASSIVE = range(int(sys.argv[1]), int(sys.argv[2]) + 1)
# What later RFCs brought.
YOUNGER_THAN_RFC_959 = ("EPRT", "EPSV", "FEAT", "MDTM", "MFMT", "MLSD", "MLST", "OPTS", "SIZE")


def authorizer():
    accounts = DummyAuthorizer()
    accounts.add_user("app", "app-password", "/home/app", perm="elradfmwMT")
    return accounts


class Plain(FTPHandler):
    authorizer = authorizer()
    passive_ports = PASSIVE
    auth_failed_timeout = 0
    use_sendfile = False


class DosListing(AbstractedFS):
    """Lists as the FTP servers of DOS and Windows do."""

    def format_list(self, basedir, listing, ignore_err=True):
        for name in listing:
            path = os.path.join(basedir, name)
            if not os.path.exists(path):
                continue
            modified = time.strftime("%m-%d-%y  %I:%M%p", time.gmtime(os.path.getmtime(path)))
            size = "<DIR>         " if os.path.isdir(path) else f"{os.path.getsize(path):>14}"
            yield f"{modified}  {size:>15} {name}\r\n".encode("utf-8", self.cmd_channel.unicode_errors)


class Old(Plain):
    """Knows no command younger than RFC 959."""

    abstracted_fs = DosListing
    proto_cmds = {name: what for name, what in FTPHandler.proto_cmds.items() if name not in YOUNGER_THAN_RFC_959}


class Explicit(TLS_FTPHandler):
    authorizer = authorizer()
    passive_ports = PASSIVE
    auth_failed_timeout = 0
    certfile = "/etc/fairlead/server.pem"
    keyfile = "/etc/fairlead/server.key"
    tls_control_required = True
    tls_data_required = True


class Implicit(Explicit):
    """TLS comes before the greeting, and data connections are private without being asked to be."""

    def handle(self):
        self.secure_connection(self.ssl_context)

    def handle_ssl_established(self):
        TLS_FTPHandler.handle(self)
        self._prot = True
        self._pbsz = True


loop = IOLoop()
for port, handler in ((2141, Plain), (2142, Explicit), (2143, Implicit), (2144, Old)):
    FTPServer(("0.0.0.0", port), handler, ioloop=loop)
loop.loop()

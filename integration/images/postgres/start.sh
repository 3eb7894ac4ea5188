# Starts the server with the certificate that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed. The shell stays its parent: sid's
# `timeout` takes a child of process 1 for an orphan and gives up.
set -eu
install -d -o postgres -g postgres /srv/tls
install -o postgres -g postgres -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /srv/tls/
timeout --foreground 2h setpriv --reuid=postgres --regid=postgres --init-groups postgres

# Starts the server with the certificate that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
install -o gopher -g gopher -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /opt/fairlead/
# A hole of 64 MB, which takes no room.
truncate --size=64M /srv/gopher/zeros.bin
exec timeout --foreground 2h pygopherd /opt/fairlead/pygopherd.conf

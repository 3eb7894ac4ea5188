# Starts the server with the certificates that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
install -d -o ergochat -g ergochat /srv/tls
install -o ergochat -g ergochat -m 600 /etc/fairlead/*.pem /etc/fairlead/*.key /srv/tls/
exec timeout --foreground 2h setpriv --reuid=ergochat --regid=ergochat --init-groups \
  ergochat run --quiet --conf /opt/fairlead/ircd.yaml

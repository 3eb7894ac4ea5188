# Starts the server with the certificate that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
install -d -o irc -g irc /srv/tls
install -o irc -g irc -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /srv/tls/
exec timeout --foreground 2h setpriv --reuid=irc --regid=irc --init-groups \
  inspircd --nofork --nopid --config /opt/fairlead/inspircd.conf

# Starts the server with the certificates that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
for kind in server otherName expired untrusted; do
  cat "/etc/fairlead/$kind.key" "/etc/fairlead/$kind.pem" > "/opt/fairlead/$kind.chain"
  chmod 600 "/opt/fairlead/$kind.chain"
done
# Nobody asks for the names of clients.
timeout 2h socat TCP-LISTEN:70,fork,reuseaddr,backlog=64 'EXEC:sh /opt/fairlead/serve.sh' &
exec timeout --foreground 2h stunnel /opt/fairlead/stunnel.conf

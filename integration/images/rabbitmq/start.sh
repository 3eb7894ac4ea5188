# Starts the broker with the certificate that the run copied to /etc/fairlead.
# The timeout ends a broker that nobody stopped, should the run have been killed.
set -eu
install -o rabbitmq -g rabbitmq -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /srv/tls/
exec timeout --foreground 2h setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server

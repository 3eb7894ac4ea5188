# Starts the server with the certificate that the run copied to /etc/fairlead; arguments go to redis-server.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
exec timeout --foreground 2h redis-server /opt/fairlead/redis.conf "$@"

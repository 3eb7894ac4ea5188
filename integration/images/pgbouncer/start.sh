# Starts both poolers in front of the server $UPSTREAM_HOST:$UPSTREAM_PORT, with the certificate that the run copied to
# /etc/fairlead. The timeout ends poolers that nobody stopped, should the run have been killed.
set -eu
install -d -o bouncer /srv/tls
install -o bouncer -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /srv/tls/

pooler() {
  sed -e "s/UPSTREAM_HOST/$UPSTREAM_HOST/" -e "s/UPSTREAM_PORT/$UPSTREAM_PORT/" \
    -e "s/LISTEN_PORT/$1/" -e "s/MAX_PREPARED/$2/" /opt/fairlead/pgbouncer.ini > "/srv/pgbouncer-$1.ini"
  timeout --foreground 2h setpriv --reuid=bouncer --regid=bouncer --init-groups pgbouncer "/srv/pgbouncer-$1.ini" &
}

pooler 6432 200
pooler 6433 0
wait

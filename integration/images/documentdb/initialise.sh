# Gives the cluster of images/postgres the extension and its users; run as postgres. Starts nothing that stays.
set -eu
cat /opt/fairlead/postgresql.conf >> "$PGDATA/postgresql.conf"
cp /opt/fairlead/pg_hba.conf "$PGDATA/"
pg_ctl --wait --options='-c listen_addresses="" -c unix_socket_directories=/tmp -c ssl=off' start >/dev/null
psql --host=/tmp --quiet --set=ON_ERROR_STOP=1 --file=/opt/fairlead/users.sql >/dev/null
pg_ctl --wait stop >/dev/null

# Makes the database cluster while the image is built; run as postgres. Starts nothing that stays.
set -eu
export PGDATA=/srv/postgres

initdb --encoding=UTF8 --locale=C.UTF-8 --auth=trust --no-sync >/dev/null
# Without TLS and on the local socket only: the certificate is not there yet.
pg_ctl --wait --options='-c listen_addresses="" -c unix_socket_directories=/tmp' start >/dev/null
psql --host=/tmp --quiet --set=ON_ERROR_STOP=1 --file=/opt/fairlead/accounts.sql
psql --host=/tmp --quiet --set=ON_ERROR_STOP=1 --dbname=fairlead --file=/opt/fairlead/sample.sql
pg_ctl --wait stop >/dev/null
cp /opt/fairlead/pg_hba.conf /opt/fairlead/postgresql.conf "$PGDATA/"

# Makes the data directory while the image is built. Starts nothing that stays.
set -eu
install -d -o mysql -g mysql -m 700 /srv/mysql
mysqld --defaults-file=/opt/fairlead/mysqld.cnf --initialize-insecure
# On the local socket only: the certificate is not there yet.
mysqld --defaults-file=/opt/fairlead/mysqld.cnf --skip-networking --daemonize --log-error=/tmp/mysqld.log
client() { mysql --no-defaults --user=root --socket=/tmp/mysqld.sock --default-character-set=utf8mb4 "$@"; }
client < /opt/fairlead/accounts.sql
client fairlead < /opt/fairlead/sample.sql
client --execute='SHUTDOWN'
while [ -e /tmp/mysqld.pid ]; do sleep 0.1; done

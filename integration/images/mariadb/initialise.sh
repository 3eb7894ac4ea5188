# Makes the data directory while the image is built. Starts nothing that stays.
set -eu
cp /opt/fairlead/pam /etc/pam.d/fairlead
useradd --no-create-home cleartext
echo 'cleartext:cleartext-password' | chpasswd
install -d -o mysql -g mysql -m 700 /srv/mariadb
mariadb-install-db --defaults-file=/opt/fairlead/mariadbd.cnf --skip-test-db --auth-root-authentication-method=normal >/dev/null
# On the local socket only: the certificate is not there yet.
mariadbd --defaults-file=/opt/fairlead/mariadbd.cnf --skip-networking 2>/tmp/mariadbd.log &
client() { mariadb --no-defaults --user=root --socket=/tmp/mariadbd.sock --default-character-set=utf8mb4 "$@"; }
for _try in $(seq 100); do client --execute='SELECT 1' >/dev/null 2>&1 && break; sleep 0.1; done
client < /opt/fairlead/accounts.sql
client fairlead < /opt/fairlead/sample.sql
client --execute='SHUTDOWN'
wait

# Starts the server with the certificate that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
install -d -o mysql -g mysql -m 700 /srv/tls
install -o mysql -g mysql -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /srv/tls/
exec timeout --foreground 2h mariadbd --defaults-file=/opt/fairlead/mariadbd.cnf \
  --ssl-cert=/srv/tls/server.pem --ssl-key=/srv/tls/server.key

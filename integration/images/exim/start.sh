# Starts the server with the certificate that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
install -o root -g Debian-exim -m 640 /etc/fairlead/server.pem /etc/fairlead/server.key /etc/exim4/
busybox httpd -p 8025 -h /srv/mail
exec timeout --foreground 2h exim -bdf

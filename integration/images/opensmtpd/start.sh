# Starts the server with the certificate that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
install -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /etc/ssl/private/
# It asks for the name of every client before it greets; where no DNS is reached, that would take ten seconds.
echo 'nameserver 127.0.0.1' > /etc/resolv.conf
busybox httpd -p 8025 -h /srv/mail
exec timeout --foreground 2h smtpd -d -f /opt/fairlead/smtpd.conf

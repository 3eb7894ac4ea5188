# Starts the server with the certificates that the run copied to /etc/fairlead.
# The timeout ends a server that nobody stopped, should the run have been killed.
set -eu
for kind in server otherName expired untrusted; do
  cat "/etc/fairlead/$kind.key" "/etc/fairlead/$kind.pem" > "/etc/postfix/$kind.chain"
  chmod 600 "/etc/postfix/$kind.chain"
done
busybox httpd -p 8025 -h /srv/mail
dovecot -c /opt/fairlead/dovecot.conf
exec timeout --foreground 2h postfix start-fg

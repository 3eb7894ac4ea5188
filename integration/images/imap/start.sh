# Starts the image's servers with the certificates that the run copied to /etc/fairlead.
# The timeout ends servers that nobody stopped, should the run have been killed.
set -eu
suite=$(cat /etc/fairlead-suite)
if [ "$suite" = bookworm ]; then
  install -d -o courier -g courier /run/courier
  for kind in server otherName expired untrusted; do
    cat "/etc/fairlead/$kind.key" "/etc/fairlead/$kind.pem" > "/run/courier/$kind.pem"
    chown courier "/run/courier/$kind.pem"
  done
  cat > /run/dovecot-tls.conf <<'END'
ssl = yes
ssl_cert = </etc/fairlead/server.pem
ssl_key = </etc/fairlead/server.key
END
  sh /opt/fairlead/courier.sh
  config=/opt/fairlead/dovecot-2.3.conf
else
  install -o cyrus -g mail -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /run/cyrus/
  cat > /run/dovecot-tls.conf <<'END'
ssl = yes
ssl_server_cert_file = /etc/fairlead/server.pem
ssl_server_key_file = /etc/fairlead/server.key
END
  sh /opt/fairlead/cyrus.sh
  config=/opt/fairlead/dovecot-2.4.conf
fi
# Not by exec: as process 1, timeout would be told of the ends of Cyrus' processes, too, and give up.
timeout --foreground 2h dovecot -F -c "$config"

# Starts the servers with the certificate that the run copied to /etc/fairlead.
# $1 and $2: the first and the last port for data, $3: the one port for data of the server behind fault proxies; the same
# numbers outside of the container.
# The timeout ends servers that nobody stopped, should the run have been killed.
set -eu
install -m 644 /opt/fairlead/pam /etc/pam.d/vsftpd
timeout --foreground 2h sh /opt/fairlead/serve.sh "$1" "$2" "$3"

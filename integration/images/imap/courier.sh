# Starts Courier's listeners in the background: logins in clear and, where there is a certificate, STARTTLS on 1143, TLS from the
# first byte on 4993, and the certificates that must be refused on 5993, 6993 and 7993.
set -e
install -d -o courier -g courier /run/courier/authdaemon
/usr/sbin/authdaemond start
set -a
. /etc/courier/imapd
. /etc/courier/imapd-ssl
TLS_CACHEFILE=
TLS_DHPARAMS=
IMAP_CAPABILITY="$IMAP_CAPABILITY AUTH=PLAIN"
set +a

# $1: the port; the rest: what speaks TLS.
listener() {
  port=$1
  shift
  couriertcpd -address=0 -maxprocs=200 -maxperip=200 -nodnslookup -noidentlookup "$port" "$@" \
    /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir > /dev/null 2>&1 &
  echo $! >> /run/courier/listeners
}

export TLS_CERTFILE=/run/courier/server.pem
if [ ! -e "$TLS_CERTFILE" ]; then
  listener 1143
  exit 0
fi
IMAP_STARTTLS=YES listener 1143
export IMAP_TLS=1
listener 4993 /usr/bin/couriertls -server -tcpd -user=courier
port=5993
for kind in otherName expired untrusted; do
  export TLS_CERTFILE=/run/courier/$kind.pem
  listener "$port" /usr/bin/couriertls -server -tcpd -user=courier
  port=$((port + 1000))
done

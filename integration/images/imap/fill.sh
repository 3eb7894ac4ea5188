# Starts each server of the suite $1 without TLS, fills the mailboxes of `app`, and ends it: the image keeps what it wrote.
set -eu
fill() { perl /opt/fairlead/fill.pl "$@"; }
case $1 in
  bookworm)
    dovecot -c /opt/fairlead/dovecot-2.3.conf
    fill 143 '' .
    dovecot -c /opt/fairlead/dovecot-2.3.conf stop
    sh /opt/fairlead/courier.sh
    fill 1143 INBOX. .
    kill $(cat /run/courier/listeners)
    ;;
  *)
    dovecot -c /opt/fairlead/dovecot-2.4.conf
    fill 143 '' / large many
    doveadm -c /opt/fairlead/dovecot-2.4.conf stop
    sh /opt/fairlead/cyrus.sh
    fill 3143 '' .
    kill "$(cat /run/cyrus/master.pid)"
    sleep 1
    ;;
esac

# Installs the servers of the suite $1. Debian lets a machine have one IMAP server alone: of Dovecot's second package only the
# files are taken. The mail transport agent is one that others depend on, and is not used.
set -eu
export DEBIAN_FRONTEND=noninteractive
case $1 in
  bookworm) other='courier-imap' ;;
  *) other='cyrus-imapd cyrus-admin sasl2-bin' ;;
esac
apt-get --option Acquire::Languages=none --option Acquire::Check-Valid-Until=false update
apt-get install --yes --no-install-recommends --option Dpkg::Options::=--force-unsafe-io dovecot-core msmtp-mta libeatmydata1 $other
cd /var/cache/apt
apt-get download dovecot-imapd
dpkg --extract dovecot-imapd*.deb /
rm -rf dovecot-imapd*.deb /var/lib/apt/lists/*
echo "$1" > /etc/fairlead-suite

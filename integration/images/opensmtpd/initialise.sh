# Makes the mailbox user and the table of credentials while the image is built. Starts nothing.
set -eu
useradd --system --create-home mailbox
install -d -o mailbox -g mailbox -m 755 /srv/mail
# A cheap hash: `smtpctl encrypt` makes one that takes a fifth of a second at every login.
echo "app $(perl -e 'print crypt("app-password", q($5$rounds=1000$fairlead$))')" > /etc/smtpd-credentials
chgrp opensmtpd /etc/smtpd-credentials
chmod 640 /etc/smtpd-credentials

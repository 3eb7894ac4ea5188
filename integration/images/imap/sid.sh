# Makes the accounts of Dovecot 2.4 and Cyrus 3.12 while the image is built. Starts nothing.
set -eu
useradd --system --no-create-home mailbox
install -d -o mailbox -g mailbox -m 700 /srv/mail/app /srv/mail/other /srv/mail/utf8
install -d -m 755 /srv/tokens/default/HS256
install -m 644 /opt/fairlead/token-key /srv/tokens/default/HS256/default

cp /opt/fairlead/imapd.conf /etc/imapd.conf
cp /opt/fairlead/cyrus.conf /etc/cyrus.conf
install -d -o cyrus -g mail -m 755 /run/cyrus /run/cyrus/socket /run/cyrus/proc /run/cyrus/lock
for account in app other cyrus; do
  echo "$account-password" | saslpasswd2 -p -c -u mail.test "$account"
done
chown cyrus:mail /etc/sasldb2
/usr/lib/cyrus/bin/makedirs --cleanup || :

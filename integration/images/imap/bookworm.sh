# Makes the accounts of Dovecot 2.3 and Courier 5 while the image is built. Starts nothing.
set -eu
useradd --system --no-create-home mailbox
install -d -o mailbox -g mailbox -m 700 /srv/mail/app /srv/mail/other /srv/mail/utf8
useradd --create-home --shell /bin/sh app
echo 'app:app-password' | chpasswd
su app -c 'maildirmake /home/app/Maildir'

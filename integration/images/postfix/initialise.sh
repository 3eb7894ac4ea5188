# Prepares accounts, folders and maps while the image is built. Starts nothing.
set -eu
useradd --system --no-create-home mailbox
install -d -o mailbox -g mailbox -m 755 /srv/mail
install -d -m 755 /srv/tokens/default/HS256
install -m 644 /opt/fairlead/token-key /srv/tokens/default/HS256/default
: > /etc/postfix/empty
newaliases
postfix set-permissions

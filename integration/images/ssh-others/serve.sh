# Starts the servers, and ends when they do.
set -eu
dropbear -F -E -p 2220 -r /run/dropbear_ed25519 -r /run/dropbear_ecdsa -r /run/dropbear_rsa &
socat TCP-LISTEN:2221,fork,reuseaddr EXEC:'tinysshd -x sftp=/usr/lib/openssh/sftp-server /run/tinyssh',nofork &
# As the account that logs in: what it runs and what files it opens are that account's.
chown app /etc/fairlead/host_*
cd /home/app
setpriv --reuid=app --regid=app --init-groups env HOME=/home/app python3 /opt/fairlead/asyncssh_server.py 2222 2223 &
wait

# Gives each server the keys that the run copied to /etc/fairlead in the form it wants, then starts the servers.
# The timeout ends servers that nobody stopped, should the run have been killed.
set -eu
cd /etc/fairlead
install -o app -g app -m 600 authorized_keys /home/app/.ssh/authorized_keys
for kind in ed25519 ecdsa rsa; do dropbearconvert openssh dropbear "host_$kind" "/run/dropbear_$kind" 2> /dev/null; done
{
  cat authorized_keys
  echo "cert-authority $(cat user_ca.pub)"
} > asyncssh_authorized
# TinySSH reads no other's keys.
tinysshd-makekey -q /run/tinyssh
tinysshd-printkey /run/tinyssh > /etc/fairlead/tinyssh.pub
timeout --foreground 2h sh /opt/fairlead/serve.sh

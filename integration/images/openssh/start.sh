# Makes the certificates with the keys that the run copied to /etc/fairlead, then starts the servers.
# The timeout ends servers that nobody stopped, should the run have been killed. The shell stays its parent: sid's
# `timeout` takes a child of process 1 for an orphan and gives up.
set -eu
install -m 644 /opt/fairlead/pam /etc/pam.d/sshd
cd /etc/fairlead
chmod 600 host_ed25519 host_ecdsa host_rsa user_ca host_ca
ssh-keygen -q -s host_ca -h -I localhost -n localhost,127.0.0.1 -V -1h:+1d host_ed25519.pub

# What `certified` may show: a certificate that is good, one past its date, and one of another account.
certify() {
  cp certified.pub "/tmp/$1.pub"
  ssh-keygen -q -s user_ca -I "$1" -n "$2" -V "$3" "/tmp/$1.pub"
  cp "/tmp/$1-cert.pub" /etc/fairlead/
}
certify good app -1h:+1d
certify expired app -2h:-1h
certify otherAccount bystander -1h:+1d

cp /opt/fairlead/sshd_config /run/sshd_config
# Since 9.8: failed logins are punished by address.
if /usr/sbin/sshd -T -f /run/sshd_config -o PerSourcePenalties=no > /dev/null 2>&1; then
  echo 'PerSourcePenalties no' >> /run/sshd_config
fi

timeout --foreground 2h sh /opt/fairlead/serve.sh

# Starts the servers with the keys and the certificate that the run copied to /etc/fairlead.
# $1 and $2: the first and the last port for data of ProFTPD, $3 and $4: of pyftpdlib; the same outside of the container.
# The timeout ends servers that nobody stopped, should the run have been killed.
set -eu
echo "PassivePorts $1 $2" > /run/passive.conf
# mod_sftp reads keys in the form of RFC 4716 alone.
while read -r type key rest; do
  printf -- '---- BEGIN SSH2 PUBLIC KEY ----\n%s\n---- END SSH2 PUBLIC KEY ----\n' "$(echo "$key" | fold -w 70)"
done < /etc/fairlead/authorized_keys > /run/authorized_keys
chmod 644 /run/authorized_keys
chmod 600 /etc/fairlead/host_ed25519 /etc/fairlead/host_ecdsa /etc/fairlead/host_rsa
timeout --foreground 2h sh /opt/fairlead/serve.sh "$3" "$4"

# Starts an sshd for each port, and ends when they do.
set -eu
serve() {
  port=$1
  shift
  /usr/sbin/sshd -D -e -f /run/sshd_config -p "$port" "$@" &
}
only() {
  port=$1 kex=$2 ciphers=$3 macs=$4 hostkey=$5
  serve "$port" -o Subsystem='sftp internal-sftp' -o KexAlgorithms="$kex" -o Ciphers="$ciphers" -o MACs="$macs" \
    -o HostKeyAlgorithms="$hostkey"
}

perl /opt/fairlead/echo.pl &
serve 2200 -o Subsystem='sftp internal-sftp'
serve 2201 -o Subsystem='sftp /usr/lib/openssh/sftp-server' -o RekeyLimit=1M
serve 2202 -o Subsystem='sftp internal-sftp' -o AuthenticationMethods=publickey,keyboard-interactive \
  -o HostCertificate=/etc/fairlead/host_ed25519-cert.pub
only 2210 curve25519-sha256 aes128-gcm@openssh.com hmac-sha2-256 ssh-ed25519
only 2211 ecdh-sha2-nistp256 aes256-ctr hmac-sha2-512-etm@openssh.com ecdsa-sha2-nistp256
only 2212 ecdh-sha2-nistp384 aes128-ctr hmac-sha2-256 rsa-sha2-512
only 2213 curve25519-sha256 chacha20-poly1305@openssh.com hmac-sha2-256 rsa-sha2-256
# Since 9.9.
if /usr/sbin/sshd -T -f /run/sshd_config -o KexAlgorithms=mlkem768x25519-sha256 > /dev/null 2>&1; then
  only 2214 mlkem768x25519-sha256 aes256-gcm@openssh.com hmac-sha2-256 ssh-ed25519
fi
wait

# Makes a running server demand TLS of everybody (IRCv3's sts), on the port $1, which is only known once it runs.
set -eu
sed -i "s/^\( *\)name: irc.mail.test/&\n\1sts: { enabled: true, duration: 1h, port: $1, preload: false }/" /opt/fairlead/ircd.yaml
for process in /proc/[0-9]*; do
  if [ "$(cat "$process/comm")" = ergochat ]; then kill -HUP "${process#/proc/}"; fi
done

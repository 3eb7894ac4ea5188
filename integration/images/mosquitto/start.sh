# Starts the broker with the certificate that the run copied to /etc/fairlead. Arguments are lines that go before the
# configuration, such as 'allow_anonymous true'. The timeout ends a broker that nobody stopped.
set -eu
install -o mosquitto -g mosquitto -m 600 /etc/fairlead/server.pem /etc/fairlead/server.key /srv/mosquitto/
for line in "$@"; do echo "$line"; done | cat - /opt/fairlead/mosquitto.conf > /srv/mosquitto/mosquitto.conf
exec timeout --foreground 2h mosquitto -c /srv/mosquitto/mosquitto.conf

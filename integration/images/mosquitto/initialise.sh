# Makes the password file while the image is built.
set -eu
install -d -o mosquitto -g mosquitto -m 700 /srv/mosquitto
mosquitto_passwd -b -c /srv/mosquitto/passwords app app-password
mosquitto_passwd -b /srv/mosquitto/passwords reader reader-password
install -m 600 /opt/fairlead/access.acl /srv/mosquitto/
chown mosquitto:mosquitto /srv/mosquitto/*

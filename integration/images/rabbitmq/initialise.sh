# Makes the node's database with its users while the image is built. Starts nothing that stays.
set -eu
install -d -o rabbitmq -g rabbitmq -m 700 /srv/tls /var/lib/rabbitmq /var/lib/rabbitmq/mnesia
# The programs themselves: the archive's wrappers change the user in ways that need a login.
PATH=/usr/lib/rabbitmq/bin:$PATH
as_rabbit() { setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups timeout 60 "$@"; }
# Without TLS: the certificate is not there yet.
grep -v ssl /opt/fairlead/rabbitmq.conf > /tmp/rabbitmq.conf
RABBITMQ_CONFIG_FILE=/tmp/rabbitmq.conf as_rabbit rabbitmq-server >/tmp/rabbitmq.log 2>&1 &
for _try in $(seq 40); do as_rabbit rabbitmqctl --quiet await_startup 2>/dev/null && break; sleep 0.5; done
as_rabbit rabbitmqctl --quiet add_user app app-password
as_rabbit rabbitmqctl --quiet set_permissions app '.*' '.*' '.*'
as_rabbit rabbitmqctl --quiet add_user reader reader-password
as_rabbit rabbitmqctl --quiet set_permissions reader '.*' '.*' '.*'
as_rabbit rabbitmqctl --quiet set_topic_permissions reader amq.topic '^$' '^public\..*'
as_rabbit rabbitmqctl --quiet delete_user guest
as_rabbit rabbitmqctl --quiet stop
wait

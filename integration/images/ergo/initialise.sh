# Makes the database and registers the accounts while the image is built. Leaves nothing running.
set -eu
install -d -o ergochat -g ergochat -m 700 /srv/ergo
as_ergo() { setpriv --reuid=ergochat --regid=ergochat --init-groups "$@"; }
# Plain only: the certificates are not there yet.
sed '/:669[789]"\|:6700"/d' /opt/fairlead/ircd.yaml > /tmp/ircd.yaml
as_ergo ergochat initdb --quiet --conf /tmp/ircd.yaml
as_ergo ergochat run --quiet --conf /tmp/ircd.yaml &
bash /opt/fairlead/register.bash app app-password
bash /opt/fairlead/register.bash bystander bystander-password
bash /opt/fairlead/register.bash utf8 'Grüße-aus-Göteborg'
kill -TERM $!
wait $! || true
rm /tmp/ircd.yaml

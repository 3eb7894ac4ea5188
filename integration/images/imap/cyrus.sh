# Starts Cyrus in the background.
set -eu
rm -f /run/cyrus/master.pid
/usr/lib/cyrus/bin/master -p /run/cyrus/master.pid -d

# Starts the servers, and ends when they do. Arguments: the first and the last port for data of pyftpdlib.
set -eu
proftpd --nodaemon --quiet --config /opt/fairlead/proftpd.conf &
python3 /opt/fairlead/pyftpdlib_server.py "$1" "$2" &
wait

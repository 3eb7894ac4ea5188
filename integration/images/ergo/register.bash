# Registers the account $1 with the password $2, by the command REGISTER of IRCv3's draft/account-registration.
set -eu
for _ in $(seq 100); do
  if { exec 3<> /dev/tcp/127.0.0.1/6667; } 2>/dev/null; then break; fi
  sleep 0.1
done
printf 'CAP REQ :draft/account-registration\r\nNICK %s\r\nUSER %s 0 * :%s\r\nREGISTER * * %s\r\n' "$1" "$1" "$1" "$2" >&3
while read -r -t 10 line <&3; do
  case "$line" in
    *'REGISTER SUCCESS'*) exit 0 ;;
    *FAIL* | *ERROR*) echo "$line"; exit 1 ;;
  esac
done
exit 1

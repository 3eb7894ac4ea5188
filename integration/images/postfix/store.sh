# Files the message on standard input as /srv/mail/<recipient>, whole or not at all.
set -eu
case "$1" in */* | .*) exit 65 ;; esac
part=$(mktemp /srv/mail/.part-XXXXXX)
cat > "$part"
chmod 644 "$part"
mv "$part" "/srv/mail/$1"

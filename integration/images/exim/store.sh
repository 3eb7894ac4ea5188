# Files the message on standard input as /srv/mail/<recipient>, whole or not at all.
# Exim hands over the recipient in the environment: it lets nothing that a client said into arguments.
set -eu
name="$LOCAL_PART@$DOMAIN"
case "$name" in */* | .*) exit 65 ;; esac
part=$(mktemp /srv/mail/.part-XXXXXX)
cat > "$part"
chmod 644 "$part"
mv "$part" "/srv/mail/$name"

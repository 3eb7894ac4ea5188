# Makes what the server serves, while the image is built.
set -eu
install -d -m 755 /srv/gopher /srv/gopher/harbours /srv/gopher/ask /srv/gopher/menu
cd /srv/gopher

# A megabyte that nobody can guess right by chance (a linear congruential generator, numbers big endian), between
# two lines that would end a text.
perl -e 'print "\r\n.\r\n"; my $n = 1; for (1 .. 262144) { $n = ($n * 1664525 + 1013904223) & 0xffffffff; print pack("N", $n); } print "\r\n.\r\n";' > random.bin

# This server sends texts as they are: no full stop is doubled, none ends the text.
printf 'Ahoy from Göteborg and 横浜.\nThe end, without a line end.' > welcome.txt
printf 'A text with CRLF.\r\n' > crlf.txt
printf 'GIF89a\001\000\001\000\200\000\000\000\000\000\377\377\377!\371\004\001\000\000\000\000,\000\000\000\000\001\000\001\000\000\002\002D\001\000;' > dot.gif
printf '<title>A page</title>\n<p>Ahoy</p>\n' > page.html
: > empty.txt

cat > harbours/rotterdam.txt <<'TEXT'
Rotterdam
TEXT
printf 'The largest of them.\nOn the Maas.\n' > harbours/rotterdam.txt.abstract
printf 'Yokohama\n' > harbours/yokohama.txt

# A form: its questions are the attribute +ASK, its answers come with the request.
printf 'Answered.\n' > ask/form.txt
printf 'Ask: What is your name?\tnobody\nChoose: Which sea?\tNorth\tSouth\nAskP: Password\n' > ask/form.txt.ask

# Replies with what was searched for.
cat > search.sh <<'SCRIPT'
#!/bin/sh
printf '0Found %s\t/welcome.txt\tlocalhost\t70\r\n.\r\n' "$SEARCHREQUEST"
SCRIPT
chmod 755 search.sh

printf 'A menu by hand\n\n0Welcome\t/welcome.txt\n9Random\t/random.bin\n7Search\t/search.sh\n1Harbours\t/harbours\nhWeb\tURL:https://example.com/?q=a+b\n8Telnet\t/guest\tboard.example\t23\n1Elsewhere\t/far\tgopher.example\t7070\n?Unknown\t/unknown\n' > menu/gophermap
chmod -R a+rX /srv/gopher

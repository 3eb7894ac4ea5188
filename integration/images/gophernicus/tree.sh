# Makes what the server serves, while the image is built.
set -eu
install -d -m 755 /srv/gopher /srv/gopher/docs /srv/gopher/cgi-bin
cd /srv/gopher

# A megabyte that nobody can guess right by chance (a linear congruential generator, numbers big endian), between
# two lines that would end a text.
perl -e 'print "\r\n.\r\n"; my $n = 1; for (1 .. 262144) { $n = ($n * 1664525 + 1013904223) & 0xffffffff; print pack("N", $n); } print "\r\n.\r\n";' > random.bin

printf 'Ahoy from Göteborg and 横浜.\n.\n..\n.dots in front\nThe end.\n' > docs/welcome.txt
printf 'Nothing to see.\n' > docs/second.txt
printf '<title>A page</title>\n<p>Ahoy</p>\n' > docs/page.html

cat > cgi-bin/search <<'SCRIPT'
#!/bin/sh
printf '0Found %s\t/docs/welcome.txt\tlocalhost\t70\r\n' "$QUERY_STRING"
SCRIPT
chmod 755 cgi-bin/search

printf '!The harbour\n\nA line of text\n0Welcome\t/docs/welcome.txt\n9Random\t/random.bin\n7Search\t/cgi-bin/search\n1Documents\t/docs\nhWeb\tURL:https://example.com/?q=a+b\n1Elsewhere\t/far\tgopher.example\t7070\n' > gophermap
chmod -R a+rX /srv/gopher

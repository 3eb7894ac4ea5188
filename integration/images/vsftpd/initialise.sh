# Makes the account and the sample files while the image is built. Starts nothing.
set -eu
useradd --create-home --shell /bin/sh app
echo 'app:app-password' | chpasswd
install -d /var/run/vsftpd/empty
install -d -m 555 /srv/ftp
echo ahoy > /srv/ftp/public.txt

cd /home/app
install -d many names empty
for number in $(seq -w 1 300); do echo "entry $number" > "many/entry-$number.txt"; done
echo ahoy > 'names/with  two spaces.txt'
echo ahoy > names/-dash.txt
echo ahoy > names/hölle.txt
echo ahoy > "$(printf 'names/latin1-\344.txt')"
echo harbour > names/target.txt
head -c 4194304 /dev/zero > large.bin
ln -s target.txt names/to-target
chown -R --no-dereference app:app /home/app

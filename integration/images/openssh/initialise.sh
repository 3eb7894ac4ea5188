# Makes the accounts and the sample files while the image is built. Starts nothing.
set -eu
for account in app utf8; do
  useradd --create-home --shell /bin/bash "$account"
  install -d -o "$account" -g "$account" -m 700 "/home/$account/.ssh"
done
printf 'app:app-password\nutf8:Grüße aus Göteborg\n' | chpasswd
install -d /run/sshd

cd /home/app
install -d many links 'with space'
for number in $(seq -w 1 300); do echo "entry $number" > "many/entry-$number.txt"; done
echo ahoy > 'with space/ahoy there.txt'
echo harbour > links/target.txt
ln -s target.txt links/to-target
ln -s nowhere links/dangling
chown -R --no-dereference app:app /home/app

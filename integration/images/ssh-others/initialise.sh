# Makes the account and the sample files while the image is built. Starts nothing.
set -eu
useradd --create-home --shell /bin/bash app
echo 'app:app-password' | chpasswd
install -d -o app -g app -m 700 /home/app/.ssh

cd /home/app
install -d many links
for number in $(seq -w 1 300); do echo "entry $number" > "many/entry-$number.txt"; done
echo harbour > links/target.txt
ln -s target.txt links/to-target
ln -s nowhere links/dangling
chown -R --no-dereference app:app /home/app

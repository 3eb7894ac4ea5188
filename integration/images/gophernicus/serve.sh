# One request: Gophernicus reads it from standard input and answers on standard output. It refuses to run as root.
exec setpriv --reuid=nobody --regid=nogroup --clear-groups \
  gophernicus -h localhost -p 70 -r /srv/gopher -nf -nd -nm -ns -nt -nu -na

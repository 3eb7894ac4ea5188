# Sends back what it is sent, and ends when its peer does: on TCP port 7 of 127.0.0.1 and on /tmp/echo.sock.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;

$SIG{CHLD} = 'IGNORE';
unlink '/tmp/echo.sock';
my @listeners = (
  IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 7, Listen => 50, ReuseAddr => 1),
  IO::Socket::UNIX->new(Local => '/tmp/echo.sock', Listen => 50),
);
chmod 0666, '/tmp/echo.sock';
my $select = IO::Select->new(@listeners);
while (1) {
  for my $listener ($select->can_read) {
    my $peer = $listener->accept or next;
    if (fork) { close $peer; next }
    while (sysread $peer, my $bytes, 65536) {
      my $sent = 0;
      $sent += syswrite($peer, $bytes, length($bytes) - $sent, $sent) // exit while $sent < length $bytes;
    }
    exit;
  }
}

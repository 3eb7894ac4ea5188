# Fills the mailboxes of `app` over IMAP with messages that are always the same.
# Arguments: the port, the personal namespace's prefix, the delimiter, then "large" and "many" for two more mailboxes.
use strict;
use warnings;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

my ($port, $prefix, $delimiter, @more) = @ARGV;
my %more = map { $_ => 1 } @more;
my $server;
for (1 .. 100) {
    $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
    last if $server && defined($server->getline);
    undef $server;
    select(undef, undef, undef, 0.1);
}
die "no server on $port" unless $server;
binmode $server;
$server->autoflush(0);
$server->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
my $tag = 0;

# Sends a command: texts as they are, references as literals. Dies unless the answer is OK, or any where $may_fail.
sub command {
    my ($may_fail, @parts) = @_;
    $server->print('a', ++$tag, ' ');
    for my $part (@parts) {
        if (!ref $part) { $server->print($part); next; }
        $server->print('{', length $$part, "}\r\n");
        $server->flush;
        my $line;
        do { $line = $server->getline // die 'the connection ended' } until $line =~ /^(\+|a$tag )/;
        die "$parts[0]: $line" unless $line =~ /^\+/;
        $server->print($$part);
    }
    $server->print("\r\n");
    $server->flush;
    my $line;
    do { $line = $server->getline // die 'the connection ended' } until $line =~ /^a$tag /;
    die "$parts[0]: $line" unless $may_fail || $line =~ /^a$tag OK/;
    return $line;
}

sub mailbox { my ($name) = @_; return $name eq 'INBOX' ? $name : '"' . $prefix . $name . '"' }

sub append {
    my ($name, $flags, $minute, $message) = @_;
    my $date = sprintf '%2d-Mar-2026 %02d:%02d:00 +0000', 1 + int($minute / 1440), int($minute / 60) % 24, $minute % 60;
    command(0, 'APPEND ' . mailbox($name) . " ($flags) \"$date\" ", \$message);
}

# Message-ID, Date and all fields, then the body; lines end with CR LF.
sub message {
    my ($id, $minute, $fields, $body) = @_;
    my $date = sprintf '%02d Mar 2026 %02d:%02d:00 +0000', 1 + int($minute / 1440), int($minute / 60) % 24, $minute % 60;
    my $text = "Date: $date\nMessage-ID: <$id\@mail.test>\nMIME-Version: 1.0\n$fields\n$body";
    $text =~ s/\n/\r\n/g;
    return $text;
}

sub small {
    my ($n) = @_;
    my $sailor = 'sailor' . $n % 17;
    my $subject = $n % 7 ? "Message $n" : "=?utf-8?Q?Gr=C3=BC=C3=9Fe_$n?=";
    my $fields = "From: Sailor $n <$sailor\@mail.test>\nTo: Harbour <harbour\@mail.test>\nSubject: $subject\n";
    $fields .= "Cc: one\@mail.test, \"Two, of them\" <two\@mail.test>\n" unless $n % 5;
    $fields .= 'In-Reply-To: <small-' . ($n - 1) . "\@mail.test>\n" unless $n % 10;
    return message("small-$n", $n, $fields . "Content-Type: text/plain; charset=utf-8\n", "Ahoy $n\n") if $n % 4;
    return message("small-$n", $n, $fields . "Content-Type: multipart/mixed; boundary=b\n", <<"END");
--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe aus dem Hafen, message $n, in a line that is broken =
softly.
--b
Content-Type: application/octet-stream; name="cargo-$n.bin"
Content-Disposition: attachment; filename="cargo-$n.bin"
Content-Transfer-Encoding: base64

AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v
MDEyMzQ1Njc4OTo7PD0+Pw==
--b--
END
}

sub odd {
    my $plain = "Content-Type: text/plain\n";
    my $from = "From: a\@mail.test\nTo: b\@mail.test\n";
    my $nested = message('inner', 5, "${from}Subject: =?iso-8859-1?Q?innen_gr=FCn?=\n$plain", "inside\n");
    $nested =~ s/\r//g;
    return (
        ["${from}Subject: =?utf-8?B?5Y+w?= =?utf-8?B?5YyX?=\n$plain", "adjacent words\n"],
        ["${from}Subject: =?utf-8?B?5Y8=?= =?utf-8?B?sOWMlw==?=\n$plain", "a character across two words\n"],
        ["${from}Subject: =?windows-1252?Q?=80_100?= and =?no-such?Q?text?= and =?broken\n$plain", "odd words\n"],
        ["From: undisclosed\nTo: Crew:one\@mail.test, \"T. Wo\" <two\@mail.test>;, last\@mail.test\nSubject: a group\n$plain", "x\n"],
        ["From: <>\nTo: undisclosed-recipients:;\nSubject:\n$plain", "an empty group and an empty subject\n"],
        ["${from}Subject: quotes \"and\" back\\slashes (and) {3}\n$plain", "x\n"],
        ["${from}Subject: no type at all\n", "x\n"],
        ["${from}Subject: no boundary\nContent-Type: multipart/mixed\n", "--x\n\nwhere is it\n"],
        ["${from}Subject: never closed\nContent-Type: multipart/mixed; boundary=open\n", "--open\n\none\n--open\n${plain}\ntwo\n"],
        ["${from}Subject: an empty multipart\nContent-Type: multipart/mixed; boundary=none\n", "--none--\n"],
        ["${from}Subject: forwarded\nContent-Type: multipart/mixed; boundary=f\n", "--f\n${plain}\nsee below\n--f\nContent-Type: message/rfc822\n\n$nested\n--f--\n"],
        ["${from}Subject: a long name\nContent-Type: application/pdf; name*0*=utf-8''%E5%8F%B0; name*1*=%E5%8C%97.pdf\nContent-Disposition: attachment; filename*=utf-8''%E5%8F%B0%E5%8C%97.pdf\nContent-Transfer-Encoding: base64\n", "JVBERg==\n"],
        ["${from}Subject: alternative and related\nContent-Type: multipart/alternative; boundary=o\n", "--o\n${plain}\nplain\n--o\nContent-Type: multipart/related; boundary=i\n\n--i\nContent-Type: text/html; charset=utf-8\nContent-ID: <html\@mail.test>\nContent-Language: de, en\n\n<p>html</p>\n--i\nContent-Type: image/gif\nContent-ID: <gif\@mail.test>\nContent-Transfer-Encoding: base64\nContent-Location: http://mail.test/a.gif\n\nR0lGODlhAQABAAAAACw=\n--i--\n--o--\n"],
        ["${from}Subject: raw bytes \xc3\xbc and \xfc\n$plain", "eight bits \xfc\n"],
        ["From: =?utf-8?Q?J=C3=B6rg?= <joerg\@mail.test>\nReply-To: list\@mail.test\nSender: =?utf-8?B?VMO8?= <tue\@mail.test>\nBcc: hidden\@mail.test\nTo: a\@mail.test\n\t, b\@mail.test\nReferences: <one\@mail.test>\n <two\@mail.test>\nSubject: folded\n over lines\n$plain", "x\n"],
        ["${from}Subject: an empty body\n$plain", ''],
    );
}

sub large {
    my $line = 'TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdCwgc2Vk' . "\n";
    $line = substr($line, 0, 76) . "\n";
    return message('large', 1, "From: a\@mail.test\nTo: b\@mail.test\nSubject: large\nContent-Type: multipart/mixed; boundary=l\n",
        "--l\nContent-Type: text/plain\n\nthe cargo\n--l\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=large.bin\n"
        . "Content-Transfer-Encoding: base64\n\n" . $line x 221_053 . "--l--\n");
}

command(0, 'LOGIN app app-password');
command(1, 'CREATE ' . mailbox($_)) for 'Thousand', 'Odd', "Archive${delimiter}2026", '&U,BTFw-', 'Entw&APw-rfe', 'R&-D', 'Sent', 'Drafts', 'Trash';
command(1, 'SUBSCRIBE ' . mailbox($_)) for 'Thousand', '&U,BTFw-';
append('INBOX', $_ % 2 ? '\Seen' : '', $_, small($_)) for 1 .. 10;
append('Thousand', join(' ', $_ % 2 ? () : '\Seen', $_ % 9 ? () : '\Flagged', $_ % 11 ? () : '$Work'), $_, small($_)) for 1 .. 1000;
my $minute = 0;
append('Odd', '', ++$minute, message("odd-$minute", $minute, @$_)) for odd();
append('&U,BTFw-', '', 1, small(1));
if ($more{large}) {
    command(0, 'CREATE ' . mailbox('Large'));
    append('Large', '', 1, large());
}
if ($more{many}) {
    command(0, 'CREATE ' . mailbox('Many'));
    my $first = message('many', 1, "From: a\@mail.test\nSubject: one of many\n", "x\n");
    append('Many', '', 1, $first) for 1 .. 100;
    command(0, 'SELECT ' . mailbox('Many'));
    command(0, 'UID COPY 1:100 ' . mailbox('Many')) for 1 .. 99;
}
command(0, 'LOGOUT');

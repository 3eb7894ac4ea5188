// What servers say, in the manner of each. Bytes as characters.

/** One or more whole responses each, by the server's name and the topic. */
export const SAMPLES: Readonly<Record<string, string>> = {
  'Dovecot: greeting':
    '* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS LOGINDISABLED] Dovecot (Debian) ready.\r\n',
  'Dovecot: select':
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded)\r\n' +
    '* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded \\*)] Flags permitted.\r\n' +
    '* 172 EXISTS\r\n* 1 RECENT\r\n* OK [UNSEEN 12] First unseen.\r\n* OK [UIDVALIDITY 3857529045] UIDs valid\r\n' +
    '* OK [UIDNEXT 4392] Predicted next UID\r\n* OK [HIGHESTMODSEQ 9223372036854775807] Highest\r\n' +
    '* VANISHED (EARLIER) 41,43:116,118\r\n' +
    'A3 OK [READ-WRITE] Select completed (0.002 + 0.000 secs).\r\n',
  'Dovecot: list':
    '* LIST (\\HasNoChildren \\UnMarked \\Sent) "/" "&U,BTFw-"\r\n* STATUS "&U,BTFw-" (MESSAGES 3 UNSEEN 0 SIZE 12345678901)\r\n' +
    '* LIST (\\Subscribed \\NonExistent) "/" Foo/Bar ("CHILDINFO" ("SUBSCRIBED"))\r\nA4 OK List completed.\r\n',
  'Dovecot: esearch':
    '* ESEARCH (TAG "A5") UID MIN 2 MAX 5000 COUNT 1000 ALL 2,10:1008 MODSEQ 90060115205545359\r\nA5 OK Search completed.\r\n',
  'Dovecot: move':
    '* OK [COPYUID 1447 11:12,20 5:6,9] Moved UIDs.\r\n* 1 EXPUNGE\r\n* VANISHED 12,20\r\nA6 OK Move completed.\r\n',
  'Cyrus: literals everywhere':
    '* LIST (\\HasChildren) "." {8}\r\nINBOX.a"\r\n* 3 FETCH (FLAGS () UID 12 ENVELOPE ({4}\r\ndate {2}\r\n"x ((NIL NIL {1}\r\na "b")) NIL NIL NIL NIL NIL NIL {3}\r\n<i>) BODY[HEADER.FIELDS ("SUBJECT" "X]")] {4}\r\n\r\n\r\n)\r\n',
  'Cyrus: acl and quota':
    '* ACL INBOX fred lrswipkxtecda "anyone else" lr\r\n* MYRIGHTS INBOX lrs\r\n* LISTRIGHTS INBOX smith "" l r s w i p k x t e c d a\r\n' +
    '* QUOTAROOT INBOX user.fred ""\r\n* QUOTA user.fred (STORAGE 10 18446744073709551615 MESSAGE 1 2)\r\n* QUOTA "" ()\r\n',
  'Cyrus: thread and sort':
    '* SORT 5 3 4 1 2\r\n* SORT\r\n* THREAD (2)(3 6 (4 23)(44 7 96))((5)(8))\r\n* THREAD\r\n* SEARCH 2 5 6 (MODSEQ 917162500)\r\n* SEARCH \r\n',
  'Courier: namespace':
    '* NAMESPACE (("INBOX." ".")) NIL (("#shared." ".")("shared." "." "X-PARAM" ("a" "b")))\r\n* LIST (\\Unmarked \\HasChildren) "." "INBOX"\r\n',
  'Gmail: fetch':
    '* 7 FETCH (X-GM-THRID 1278455344230334865 X-GM-MSGID 18446744073709551615 X-GM-LABELS ("\\\\Important" foo "&ZeVnLIqe-" \\Sent) UID 9 RFC822.SIZE 512 MODSEQ (10677203) INTERNALDATE "01-Apr-2017 15:51:32 +0000" FLAGS (\\Seen))\r\n',
  'Exchange: lists that are NIL':
    '* 2 FETCH (ENVELOPE ("Tue, 9 Jul 2019 13:53:17 +0200" "x" (("a" NIL "b" "c.example")) NIL NIL NIL NIL NIL NIL "<1@x>") BODYSTRUCTURE (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 21 0 NIL "inline" NIL NIL)(NIL "related" ("boundary" NIL) NIL NIL) "mixed" NIL NIL NIL) UID 9 )\r\n',
  'iCloud: quotes unescaped':
    '* 4 FETCH (UID 4 ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL "" "<"a"b@x>") BODY[HEADER.FIELDS (References)] {0}\r\n FLAGS ())\r\n',
  'RFC 9051 and extensions':
    '* 1 FETCH (UID 1 EMAILID (M6d99ac3275bb4e) THREADID NIL SAVEDATE NIL PREVIEW "a b" BINARY[2] ~{3}\r\n\0\r\n BINARY.SIZE[2] 3 BINARY[1]<7> NIL RFC822.HEADER "h" BODY[1.2.MIME]<0> "q\\"\\\\" X-NEW (a (b "c") {1}\r\n)))\r\n* ENABLED QRESYNC imap4rev2\r\n* ID ("name" "Cyrus" "version" NIL)\r\n* ID NIL\r\n',
  'codes of all kinds':
    'A1 NO [TRYCREATE] no such mailbox\r\nA2 OK [APPENDUID 38505 3955:3957] done\r\nA3 OK [MODIFIED 7,9] partial\r\nA4 NO [BADCHARSET ({5}\r\nUTF-8 "x")] no\r\n' +
    '* OK [INPROGRESS ("A1" 454 1000)] working\r\n* OK [INPROGRESS] still\r\n* BYE [UNAVAILABLE] later\r\n* NO [ALERT] [not a code] ]\r\n* OK [broken text\r\n* OK\r\n* PREAUTH hi\r\nA5 OK text {5}\r\n+ {5}\r\n+ \r\n+\r\n* OK [REFERRAL imap://a/b] see\r\n* BAD [X "]" (])] t\r\n',
};

// A mail that a stranger might send to whoever reads mail in a browser. It judges nothing.

/** What is in the file of a tricky mail. */
export const ROD = 'id,name\n1,Aurora\n'.repeat(500);

/** A mail whose HTML would run scripts and load from `strangerUrl`, and whose names hide what they are. */
export function trickyMail(subject: string, strangerUrl: string): string {
  return [
    'From: =?utf-8?Q?Ann_=E2=80=AEgnp.exe?= <ann@mail.test>',
    'To: Harbour <harbour@mail.test>',
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: multipart/alternative; boundary=y',
    '',
    '--y',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Gr=FC=DFe, <script>alert(1)</script> see https://example.com/tides javascript:alert(1)',
    '--y',
    'Content-Type: text/html',
    '',
    `<link rel=preconnect href="${strangerUrl}"><meta http-equiv=refresh content="0;url=${strangerUrl}/">`,
    '<h1 onclick="parent.hacked = 1">High water</h1><script>parent.hacked = 1</script>',
    `<img src="${strangerUrl}/pixel.png"> <a href="https://example.com/tides">Tides</a>`,
    '--y--',
    '--x',
    'Content-Type: text/html; name="rod.html"',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="../rod.html"',
    '',
    btoa(ROD).replace(/.{76}/g, '$&\r\n'),
    '--x--',
    '',
  ].join('\r\n');
}

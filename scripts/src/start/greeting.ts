// What `npm start` prints once all runs: the servers' addresses, and lines to paste into a shell.

/** What is told. */
export interface Running {
  /** The gateway's, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** Of the page that shows the mail. */
  readonly inbox: string;
  /** Which Redis it is. */
  readonly redis: string;
  readonly connections: {
    readonly main: { readonly url: string };
    readonly cache: string;
    readonly bus: { readonly url: string };
    readonly mail: { readonly url: string };
    readonly docs: string;
    readonly ssh: { readonly url: string; readonly password: string };
    readonly ftp: { readonly url: string };
  };
}

/** The text, from its first line to how to stop it all. */
export function greeting(running: Running): string {
  const { url, token, inbox, redis } = running;
  const { main, cache, bus, mail, docs, ssh, ftp } = running.connections;
  return `
Gateway   ${url}   token "${token}", reachable from this machine only
Postgres  ${main.url}   PGlite in memory, one connection at a time: harbours, ships, calls
Redis     ${cache}   ${redis}; a few keys of each kind
MQTT      ${bus.url}   Aedes in memory, MQTT 3.1.1, the last readings below harbours/
SMTP      ${mail.url}   delivers nothing; what it caught: ${inbox}/
Gopher    ${docs}   this project's documents
SSH       ${ssh.url}   password ${ssh.password}, commands by name (uptime, list, restart) and of your own (help), SFTP with a scratch folder
FTP       ${ftp.url}   the same folder, gone at the end
No MySQL, no MongoDB, no IMAP and no IRC server: npm has none that is small, maintained and what it says it is.

Try:
${examples(running)
  .map((line) => `  ${line}`)
  .join('\n')}

Any TCP client through the gateway, here redis-cli, psql or telnet at port 7000 (cache, main or docs as the connection):
  FAIRLEAD_TOKEN=${token} node packages/cli/dist/bin.js tunnel ${url.replace('http', 'ws')}/tcp/tunnel/cache --listen 7000

Look:     ${url}/console/ (sign in with "${token}")
Read:     ${url}/docs (the API, to try in the browser), ${url}/openapi.json
Stop:     Ctrl-C
`;
}

/** A line each. */
function examples({ url, token, inbox }: Running): string[] {
  // JSON answers have no line end of their own: without one the shell's prompt would stand behind them.
  const curl = "curl -sw '\\n'";
  const auth = `-H 'Authorization: Bearer ${token}'`;
  const json = (body: unknown) => `-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  const query = (sql: string) => json({ sql });
  const wind = json({ topic: 'harbours/rotterdam/wind', payload: '12 knots', retain: true });
  const letter = json({
    from: 'aurora@example.com',
    to: 'harbour@example.com',
    subject: 'Arrival',
    text: 'We are there at noon.',
  });
  return [
    `${curl} ${url}/pg/query ${auth} ${query('select name, country, depth_m from harbours where depth_m > 16')}`,
    `${curl} '${url}/pg/q/ships-of?harbour=Rotterdam&since=2000' ${auth}`,
    `${curl} '${url}/redis/set/greeting/ahoy?EX=60' ${auth}; ${curl} ${url}/redis/get/greeting ${auth}`,
    `curl -sN -m 3 ${url}/redis/subscribe/wind ${auth} & sleep 1; ${curl} ${url}/redis/publish/wind/calm ${auth}; wait`,
    `curl -s ${url}/pg/query ${auth} -H 'Accept: application/x-ndjson' ${query('select id, arrived, cargo from calls order by id limit 5')}`,
    `${curl} ${url}/mqtt/publish ${auth} ${wind}; curl -sN '${url}/mqtt/subscribe?topic=harbours/rotterdam/wind&limit=1&seconds=10' ${auth}`,
    `${curl} ${url}/smtp/send ${auth} ${letter}; ${curl} ${inbox}/mails`,
    `${curl} ${url}/gopher/fetch ${auth}; ${curl} '${url}/gopher/fetch?path=/0/CONTRIBUTING.md' ${auth}`,
    `${curl} ${url}/ssh/exec ${auth} ${json({ command: 'uptime' })}; ${curl} ${url}/ssh/exec ${auth} ${json({ command: 'list', params: { folder: '/logs' } })}; ${curl} ${url}/ssh/exec ${auth} ${json({ run: 'help' })}`,
    `${curl} '${url}/sftp/list?path=/' ${auth}; curl -s '${url}/sftp/get?path=/reports/2026.csv' ${auth}`,
    `${curl} ${url}/ftp/list ${auth} ${json({ path: '/' })}; curl -s '${url}/ftp/get?path=/harbours.csv' ${auth}`,
    `${curl} -X PUT '${url}/ftp/put?path=/ships.csv' ${auth} -d 'Aurora,1987'; ${curl} -r 7- '${url}/ftp/get?path=/ships.csv' ${auth}`,
    `curl -s '${url}/tcp/ping?connection=cache&count=3' ${auth} -H 'Accept: text/plain'`,
    `${curl} ${url}/tcp/send ${auth} ${json({ connection: 'docs', data: '/CONTRIBUTING.md\r\n' })}`,
  ];
}

// What the subjects of the bench of SSH are asked.
import { type RoundSettings, type Subject, timed } from '../round.ts';

export const FILE_MIB = 16;
export const ENTRIES = 300;

/** How to log in, and where the files are. */
export interface Login {
  readonly port: number;
  readonly username: string;
  readonly privateKey: string;
  readonly fingerprint: string;
  readonly folder: string;
}

/** A subject, connected. */
export interface SshSubject {
  /** Runs a command that writes a line. @returns What it wrote. */
  exec(): Promise<string>;
  /** @returns How many bytes have come. */
  get(path: string): Promise<number>;
  put(path: string, bytes: Uint8Array): Promise<void>;
  /** @returns How many entries there are, without `.` and `..`. */
  list(path: string): Promise<number>;
  close(): Promise<void>;
}

function login(port: number, settings: RoundSettings): Login {
  const { SSH_USER = '', SSH_KEY = '', SSH_FINGERPRINT = '', SSH_FOLDER = '' } = settings;
  return { port, username: SSH_USER, privateKey: SSH_KEY, fingerprint: SSH_FINGERPRINT, folder: SSH_FOLDER };
}

function check(is: boolean, what: string): void {
  if (!is) throw new Error(what);
}

/** The scenarios, near and far alike. */
export function subject(open: (login: Login, sftp: boolean) => Promise<SshSubject>): Subject {
  const onFiles =
    (count: number, work: (client: SshSubject, folder: string) => Promise<void>): Subject[string] =>
    async (port, settings) => {
      const at = login(port, settings);
      const client = await open(at, true);
      try {
        return await timed(count, () => work(client, at.folder));
      } finally {
        await client.close();
      }
    };
  const exec: Subject[string] = (port, settings) =>
    timed(1, async () => {
      const client = await open(login(port, settings), false);
      check((await client.exec()).trim() === 'ready', 'the command has written something else');
      await client.close();
    });
  const get = onFiles(FILE_MIB, async (client, folder) =>
    check((await client.get(`${folder}/file`)) === FILE_MIB * 1_048_576, 'the file has another length'),
  );
  const bytes = new Uint8Array(FILE_MIB * 1_048_576).fill(97);
  const put = onFiles(FILE_MIB, (client, folder) => client.put(`${folder}/put`, bytes));
  const list = onFiles(1, async (client, folder) =>
    check((await client.list(`${folder}/list`)) === ENTRIES, 'the listing has another length'),
  );
  return { exec, get, put, list, 'exec-far': exec, 'get-far': get, 'put-far': put, 'list-far': list };
}

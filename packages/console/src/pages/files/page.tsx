// Files by SFTP and FTP: a list to walk through, uploads and downloads, and changes where the token may.
import './files.css';
import { useMemo } from 'preact/hooks';
import { Empty } from '../../ui/feedback/empty.tsx';
import type { PageProps } from '../contract.ts';
import { Browser } from './browser.tsx';
import { ftpStore } from './store/ftp.ts';
import { sftpStore } from './store/sftp.ts';

/** The page. */
export function Page({ tab, access, connection, caller }: PageProps) {
  const protocol = connection === undefined ? undefined : connection.scopes.sftp ? 'sftp' : 'ftp';
  const store = useMemo(() => {
    if (connection === undefined) return undefined;
    return protocol === 'sftp' ? sftpStore(caller, connection) : ftpStore(caller, connection);
    // A connection that was asked about anew is the same.
  }, [caller, protocol, connection?.name]);
  if (store === undefined) return <Empty title="There is no connection" />;
  return (
    <Browser tab={tab} store={store} mostBytes={access.limits.maxStreamBytes ?? Number.POSITIVE_INFINITY} />
  );
}

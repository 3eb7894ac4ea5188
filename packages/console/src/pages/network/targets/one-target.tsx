// Chooses one server: a connection, or an address of one's own.
import type { Signal } from '@preact/signals';
import type { Access } from '../../../session/access.ts';
import { Select, TextField } from '../../../ui/controls/text-field.tsx';
import { connectionsFor, mayChoose, readAddresses, type Target, type TcpAction } from './target.ts';

/** The value of the choice that stands for an address; no connection has a name with a colon. */
const OWN = 'address:';

interface OneTargetProps {
  readonly access: Access;
  readonly action: TcpAction;
  /** A connection's name, or `address:`. */
  readonly choice: Signal<string>;
  readonly address: Signal<string>;
}

/** The choice, and the field of the address where it is wanted. */
export function OneTarget({ access, action, choice, address }: OneTargetProps) {
  const names = connectionsFor(access, action);
  const isOwn = mayChoose(access, action);
  const options = [
    ...names.map((name) => [name, name] as const),
    ...(isOwn ? [[OWN, 'An address of my own'] as const] : []),
  ];
  // A choice that was kept may be gone from the settings.
  if (!options.some(([value]) => value === choice.value)) choice.value = options[0]?.[0] ?? '';
  const { good } = readAddresses(address.value);
  const isWrong = address.value.trim() !== '' && good.length !== 1;
  return (
    <>
      <Select label="Server" value={choice} options={options} />
      {choice.value === OWN && (
        <TextField
          label="Address"
          value={address}
          placeholder="db.example.com:5432"
          hint={`The gateway allows ${access.targets.join(', ')}`}
          error={isWrong ? 'One host and port: db.example.com:5432' : undefined}
        />
      )}
    </>
  );
}

/** The target that is chosen; undefined where the address is none. */
export function chosenTarget(choice: string, address: string): Target | undefined {
  if (choice === '') return undefined;
  if (choice !== OWN) return { connection: choice };
  const { good, bad } = readAddresses(address);
  return good.length === 1 && bad.length === 0 && good[0] !== undefined ? { address: good[0] } : undefined;
}

// Reads SSH's data types (RFC 4251 section 5) from one whole payload, key blob or key file.
import { Reader } from '@fairlead/bytes';
import { protocolError } from '../errors.ts';

const ascii = new TextDecoder('latin1');

/** A cursor over one payload. Every method throws FairleadError `protocol` when the payload is too short. */
export class SshReader extends Reader {
  /** A `string`: a length, then as many bytes; a view into the payload. */
  string(): Uint8Array {
    return this.bytes(this.u32());
  }

  /** A `string` that holds UTF-8. @throws FairleadError `protocol` also where it does not. */
  text(): string {
    return this.utf8(this.u32());
  }

  /** A `string` of ASCII, such as an algorithm's name. Other bytes come as Latin-1. */
  name(): string {
    return ascii.decode(this.string());
  }

  /** A `name-list`. The empty list has no name. */
  names(): readonly string[] {
    const list = this.name();
    return list === '' ? [] : list.split(',');
  }

  /** Any byte but 0 is true. */
  boolean(): boolean {
    return this.u8() !== 0;
  }

  /** Eight bytes, unsigned. */
  u64(): bigint {
    return BigInt.asUintN(64, this.i64());
  }

  /** An `mpint` of 0 or more: its magnitude, big-endian, without leading zeros. @throws FairleadError `protocol` for a negative one. */
  mpint(): Uint8Array {
    const bytes = this.string();
    if ((bytes[0] ?? 0) >= 0x80) throw protocolError('A number is negative');
    let at = 0;
    while (bytes[at] === 0) at++;
    return bytes.subarray(at);
  }

  /** @throws FairleadError `protocol` where bytes are left. */
  end(): void {
    if (this.left > 0) throw protocolError(`A message has ${this.left} bytes too many`);
  }
}

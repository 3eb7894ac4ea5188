// What Drizzle's transactions do on each of our SQL clients alike, against a real server. The queries stand in the test
// file of each database, since each of Drizzle's dialects has types of its own.
import { describe, expect, it } from 'vitest';
import { failure } from './support.ts';

/** A row of the table of boats. */
export interface Boat {
  readonly name: string;
  readonly draught?: string;
}

/** A database of Drizzle's with a table of boats, of which `name` is unique. */
export interface Boats {
  insert(...rows: Boat[]): Promise<unknown>;
  deleteAll(): Promise<unknown>;
  names(): Promise<string[]>;
  /** As `db.query` finds them. */
  find(): Promise<readonly unknown[]>;
  /** Runs a statement by `db.execute`. */
  execute(text: string): Promise<unknown>;
  transaction<T>(work: (within: BoatsTransaction) => Promise<T>, config?: TransactionSettings): Promise<T>;
}

/** The same within a transaction. */
export interface BoatsTransaction extends Boats {
  rollback(): void;
}

/** Settings that all of Drizzle's dialects have. */
export interface TransactionSettings {
  readonly isolationLevel: 'repeatable read' | 'serializable';
  readonly accessMode?: 'read only' | 'read write';
}

/**
 * Runs the cases. Each finds a Ketch and a Yawl.
 * @param boats Known when a case runs.
 * @param duplicate The SQLSTATE of a duplicate name.
 */
export function drizzleCases(boats: () => Boats, duplicate: string): void {
  it('errors are FairleadErrors with the SQLSTATE, and name no parameter', async () => {
    const error = await failure(boats().insert({ name: 'Ketch', draught: '77.70' }));
    expect(error).toMatchObject({ code: 'server', server: { code: duplicate } });
    expect(error.message).not.toContain('77.70');
    expect(await boats().names()).toHaveLength(2);
  });

  describe('transactions', () => transactionCases(boats, duplicate));
}

function transactionCases(boats: () => Boats, duplicate: string): void {
  it('commit, with their settings', async () => {
    const settings = { isolationLevel: 'serializable', accessMode: 'read write' } as const;
    await boats().transaction((tx) => tx.insert({ name: 'Sloop' }), settings);
    expect(await boats().names()).toEqual(['Ketch', 'Yawl', 'Sloop']);
  });

  it('refuse to write when they are read only', async () => {
    const writing = boats().transaction((tx) => tx.deleteAll(), {
      isolationLevel: 'repeatable read',
      accessMode: 'read only',
    });
    expect((await failure(writing)).server?.code).toBe('25006');
  });

  it('roll back when the work rejects, or asks for it', async () => {
    const rejecting = boats().transaction(async (tx) => {
      await tx.deleteAll();
      await tx.insert({ name: 'x' }, { name: 'x' });
    });
    expect((await failure(rejecting)).server?.code).toBe(duplicate);
    const asking = boats().transaction(async (tx) => {
      await tx.deleteAll();
      tx.rollback();
    });
    await expect(asking).rejects.toThrow('Rollback');
    expect(await boats().names()).toEqual(['Ketch', 'Yawl']);
  });

  it('have savepoints within, and within these', async () => {
    await boats().transaction(async (tx) => {
      await tx.insert({ name: 'Sloop' });
      await failure(tx.transaction((inner) => inner.insert({ name: 'Sloop' })));
      await tx.transaction(async (inner) => {
        await inner.insert({ name: 'Cutter' });
        const failing = inner.transaction(async (innermost) => {
          await innermost.deleteAll();
          await innermost.execute('select nothing');
        });
        await failure(failing);
      });
      expect(await tx.find()).toHaveLength(4);
    });
    expect(await boats().names()).toEqual(['Ketch', 'Yawl', 'Sloop', 'Cutter']);
  });

  it('keep queries of others out', async () => {
    const { outside } = await boats().transaction(async (tx) => {
      const outside = boats().names();
      await tx.insert({ name: 'Sloop' });
      return { outside };
    });
    expect(await outside).toHaveLength(3);
  });
}

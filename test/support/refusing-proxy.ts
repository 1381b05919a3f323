import { setTimeout as pause } from 'node:timers/promises';
import {
  Client,
  Server,
  ServerCredentials,
  credentials,
  status,
  type Metadata,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type UntypedHandleCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { CHANNEL_LIMITS, rawDefinition } from '../../apps/devstack/src/spicedb/bridge-server.ts';
import { SERVED_METHODS, pathOf, type Method } from '../../apps/devstack/src/spicedb/methods.ts';

/**
 * What happens to a call: passed on; refused at once with UNAVAILABLE; left without an answer until the caller gives up;
 * `cut`: passed on and carried out, its answer replaced by UNAVAILABLE, as when a connection breaks at the worst moment; or `late`: refused, and
 * carried out all the same when nobody thinks of it any more, as when it lay in a buffer on the way.
 */
export type Behaviour = 'forward' | 'refuse' | 'hang' | 'cut' | 'late';

const lateMs = 1_500;

export interface ProxiedCall {
  readonly method: string;
  readonly at: number;
}

/** Sees one call by its method's name and says what happens to it. */
export type Rule = (method: string) => Behaviour;

/** Puts another request in the place of a unary call's own, both as protobuf bytes. */
export type Rewriting = (method: string, request: Buffer) => Buffer;

const bytes = (value: Buffer): Buffer => value;

/** A door in front of a SpiceDB: the engine behind it stays alive with its graph while the door is shut. */
export class RefusingProxy {
  readonly #server = new Server(CHANNEL_LIMITS);
  readonly #target: Client;
  #rule: Rule = () => 'forward';
  #delayMs = 0;
  #rewrite: Rewriting = (_method, request) => request;
  /** Every call since the start or the last `forget()`, refused ones included. */
  readonly calls: ProxiedCall[] = [];
  #endpoint = '';

  private constructor(target: string) {
    this.#target = new Client(target, credentials.createInsecure(), { ...CHANNEL_LIMITS, ...QUICK_RETURN });
    for (const service of new Set(SERVED_METHODS.map((method) => method.service))) this.#serve(service);
  }

  static async start(target: string): Promise<RefusingProxy> {
    const proxy = new RefusingProxy(target);
    const port = await new Promise<number>((resolve, reject) => {
      proxy.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    proxy.#endpoint = `127.0.0.1:${port}`;
    return proxy;
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  /** One behaviour for all calls, or a rule per method. Holds for calls that arrive from now on. */
  behave(how: Behaviour | Rule): void {
    this.#rule = typeof how === 'function' ? how : () => how;
  }

  /** Every call waits this long before it is passed on. */
  slowDown(milliseconds: number): void {
    this.#delayMs = milliseconds;
  }

  /** To see what a mechanism is for: calls that arrive from now on lack what it rests on. */
  rewrite(how: Rewriting): void {
    this.#rewrite = how;
  }

  forget(): void {
    this.calls.length = 0;
  }

  stop(): void {
    this.#server.forceShutdown();
    this.#target.close();
  }

  #serve(service: string): void {
    const methods = SERVED_METHODS.filter((method) => method.service === service);
    const handlers = methods.map((method): [string, UntypedHandleCall] => [
      method.name,
      method.shape === 'unary' ? this.#unary(method) : this.#stream(method),
    ]);
    this.#server.addService(
      Object.fromEntries(methods.map((method) => [method.name, rawDefinition(method)])),
      Object.fromEntries(handlers),
    );
  }

  #unary(method: Method) {
    return (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void => {
      const handle = (behaviour: Behaviour): void => {
        if (behaviour === 'hang') return;
        if (behaviour === 'refuse') return answer(REFUSAL);
        if (behaviour === 'late') {
          answer(REFUSAL);
          // Stopped meanwhile: there is no target any more, and nobody waits.
          return void pause(lateMs)
            .then(() => this.#carryOut(method, call))
            .catch(() => undefined);
        }
        const options = { deadline: call.getDeadline() };
        const forwarded = this.#target.makeUnaryRequest(
          pathOf(method),
          bytes,
          bytes,
          this.#rewrite(method.name, call.request),
          passedOn(call.metadata),
          options,
          (error, response) => {
            if (behaviour === 'cut') answer(REFUSAL);
            else if (error) answer(answerOf(error));
            else answer(null, response);
          },
        );
        call.on('cancelled', () => forwarded.cancel());
      };
      // Stopped while a call waited: there is no target any more.
      void this.#admit(method)
        .then(handle)
        .catch(() => answer(REFUSAL));
    };
  }

  /** Nobody waits for what comes of it. */
  #carryOut(method: Method, { request, metadata }: ServerUnaryCall<Buffer, Buffer>): void {
    this.#target.makeUnaryRequest(pathOf(method), bytes, bytes, this.#rewrite(method.name, request), passedOn(metadata), () => undefined);
  }

  #stream(method: Method) {
    return (call: ServerWritableStream<Buffer, Buffer>): void => {
      const handle = (behaviour: Behaviour): void => {
        if (behaviour === 'hang') return;
        if (behaviour !== 'forward') return void call.emit('error', REFUSAL);
        const options = { deadline: call.getDeadline() };
        const source = this.#target.makeServerStreamRequest(pathOf(method), bytes, bytes, call.request, passedOn(call.metadata), options);
        source.on('data', (message: Buffer) => {
          if (!call.write(message)) source.pause();
        });
        call.on('drain', () => source.resume());
        call.on('cancelled', () => source.cancel());
        source.on('end', () => call.end());
        source.on('error', (error: ServiceError) => {
          if (!call.cancelled) call.emit('error', answerOf(error));
        });
      };
      void this.#admit(method)
        .then(handle)
        .catch(() => call.emit('error', REFUSAL));
    };
  }

  async #admit(method: Method): Promise<Behaviour> {
    this.calls.push({ method: method.name, at: Date.now() });
    const behaviour = this.#rule(method.name);
    if (this.#delayMs > 0) await pause(this.#delayMs);
    return behaviour;
  }
}

/** A killed engine is found again soon after its return. */
const QUICK_RETURN = { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 300 };

const REFUSAL = { code: status.UNAVAILABLE, details: 'the server refuses every call' };

/** The caller's key and nothing else: gRPC's own headers belong to one connection. */
function passedOn(metadata: Metadata): Metadata {
  const kept = metadata.clone();
  for (const name of Object.keys(kept.getMap())) if (name !== 'authorization' && !name.startsWith('io.spicedb.')) kept.remove(name);
  return kept;
}

function answerOf(error: ServiceError) {
  return { code: error.code, details: error.details, metadata: error.metadata };
}

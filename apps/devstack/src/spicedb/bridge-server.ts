import { createHash, timingSafeEqual } from 'node:crypto';
import {
  Client,
  Metadata,
  Server,
  ServerCredentials,
  credentials,
  status,
  type MethodDefinition,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedHandleCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import type { EmbeddedEngine } from './embedded-engine.ts';
import { grpcStatusOf, type GrpcStatus } from './engine-error.ts';
import { SERVED_METHODS, pathOf, type Method } from './methods.ts';

const bytes = (value: Buffer): Buffer => value;

/** Messages pass as they came: nothing here has to know their fields, so nothing is lost or reordered on the way. */
export function rawDefinition(method: Method): MethodDefinition<Buffer, Buffer> {
  return {
    path: pathOf(method),
    requestStream: false,
    responseStream: method.shape === 'serverStream',
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  };
}

/** A real server accepts 4 MiB; a batch of 500 updates is far below, a page of relationships may not be. */
export const CHANNEL_LIMITS = { 'grpc.max_receive_message_length': 64 << 20, 'grpc.max_send_message_length': 64 << 20 };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** SpiceDB's gRPC API on loopback over the embedded engine, behind the same preshared key as a real server. */
export class BridgeServer {
  readonly #server = new Server(CHANNEL_LIMITS);
  readonly #streams: Client;
  readonly #expected: Buffer;

  constructor(
    private readonly engine: EmbeddedEngine,
    token: string,
  ) {
    this.#expected = digest(`Bearer ${token}`);
    this.#streams = new Client(engine.streamingTarget, credentials.createInsecure(), CHANNEL_LIMITS);
    for (const service of new Set(SERVED_METHODS.map((method) => method.service))) this.#serve(service);
  }

  /** @returns the port it listens on, on 127.0.0.1; port 0 takes a free one. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
  }

  stop(): void {
    this.#server.forceShutdown();
    this.#streams.close();
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
      const refusal = this.#refusal(call.metadata);
      if (refusal) return answer(refusal);
      this.engine
        .call(method.name, call.request, () => call.cancelled)
        .then(
          (response) => answer(null, response),
          (error: unknown) => answer(grpcStatusOf(error)),
        );
    };
  }

  #stream(method: Method) {
    return (call: ServerWritableStream<Buffer, Buffer>): void => {
      const refusal = this.#refusal(call.metadata);
      if (refusal) return void call.emit('error', refusal);
      const source = this.#streams.makeServerStreamRequest(pathOf(method), bytes, bytes, call.request, new Metadata(), {
        deadline: call.getDeadline(),
      });
      source.on('data', (message: Buffer) => {
        if (!call.write(message)) source.pause();
      });
      call.on('drain', () => source.resume());
      call.on('cancelled', () => source.cancel());
      source.on('end', () => call.end());
      source.on('error', ({ code, details }: GrpcStatus) => {
        if (!call.cancelled) call.emit('error', { code, details });
      });
    };
  }

  /** Compared by digest, so that neither time nor length tells anything about the key. */
  #refusal(metadata: Metadata): GrpcStatus | undefined {
    const given = metadata.get('authorization')[0];
    if (given === undefined) return { code: status.UNAUTHENTICATED, details: 'missing preshared key' };
    const known = timingSafeEqual(digest(given.toString()), this.#expected);
    return known ? undefined : { code: status.UNAUTHENTICATED, details: 'invalid preshared key: invalid token' };
  }
}

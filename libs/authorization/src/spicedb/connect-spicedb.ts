import { v1 } from '@authzed/authzed-node';
import { Channel, credentials, Metadata, type ChannelOptions } from '@grpc/grpc-js';
import type { AuthorizationProvider, GraphSchema } from '../authorization-provider.ts';
import { RenewingChannel } from './renewing-channel.ts';
import { defaultDeadlines, SpiceDbAuthorizationProvider } from './spicedb-authorization-provider.ts';
import { schemaDeadlineMs, SpiceDbGraphSchema } from './spicedb-graph-schema.ts';

export interface SpiceDbConfig {
  /** `host:port`. */
  readonly endpoint: string;
  /** The preshared key. */
  readonly token: string;
  /** Plain text instead of TLS: the key travels readable. */
  readonly insecure: boolean;
  /** Milliseconds a check may take; default 1,000. Writes have 2 seconds, or this when it is more. */
  readonly deadlineMs?: number;
}

export interface SpiceDbConnection {
  readonly provider: AuthorizationProvider;
  readonly schema: GraphSchema;
  close(): void;
}

/**
 * After the engine returns, calls work again within the reconnect backoff (at most 1 s, and a fifth of jitter). A peer that vanished without
 * a word (host lost, network cut) is found by a ping that gets no answer; left alone, TCP would try for a quarter of an hour.
 * A name is looked up again at most every second, for a container that comes back under another address.
 */
const channelOptions: ChannelOptions = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 2_000,
  'grpc.keepalive_timeout_ms': 1_000,
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
};

/**
 * A schema call may be silent until its deadline, while stored relationships are looked through. At the fourth ping of such a silence
 * gRPC for Go, and SpiceDB with it, closes the connection with `too_many_pings`, and the call ends with it. Pings so far apart are three at
 * most, the first of them at once. Price: a host that vanished in the midst of a schema call is noticed after 16 s.
 */
const schemaChannelOptions: ChannelOptions = {
  ...channelOptions,
  'grpc.keepalive_time_ms': Math.ceil(schemaDeadlineMs / 3) + 1_000,
  'grpc.keepalive_timeout_ms': 5_000,
};

/** Returns at once: the first call connects. One channel for all that must be quick, one for the schema. */
export function connectSpiceDb({ endpoint, token, insecure, deadlineMs }: SpiceDbConfig): SpiceDbConnection {
  const security = insecure ? credentials.createInsecure() : credentials.createSsl();
  const channelWith = (options: ChannelOptions) => new RenewingChannel(() => new Channel(endpoint, security, options));
  const [channel, schemaChannel] = [channelWith(channelOptions), channelWith(schemaChannelOptions)];
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  const deadlines = {
    ...defaultDeadlines,
    check: deadlineMs ?? defaultDeadlines.check,
    write: Math.max(deadlineMs ?? 0, defaultDeadlines.write),
  };
  return {
    provider: new SpiceDbAuthorizationProvider(
      new v1.PermissionsServiceClient(endpoint, security, { channelOverride: channel }),
      metadata,
      deadlines,
    ),
    schema: new SpiceDbGraphSchema(new v1.SchemaServiceClient(endpoint, security, { channelOverride: schemaChannel }), metadata),
    close() {
      channel.close();
      schemaChannel.close();
    },
  };
}

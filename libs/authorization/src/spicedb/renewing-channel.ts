import { type Channel, connectivityState, type ChannelInterface } from '@grpc/grpc-js';

/** Milliseconds that a call waits for a ready connection, after which a fresh channel takes over. The calls that wait are outages then. */
const patience = 2_500;

type CallArguments = Parameters<ChannelInterface['createCall']>;

/**
 * A channel that cannot get stuck. grpc-js has no limit on how long a connection attempt may hang: while the host is gone, the
 * system repeats its SYN up to a minute apart, and a peer that accepts and never greets is waited for without end. Tried: after
 * six seconds of such silence no call ever succeeded again. Here the next channel starts from the beginning.
 */
export class RenewingChannel implements ChannelInterface {
  private inner: Channel;
  private closed = false;
  private waiting: NodeJS.Timeout | null = null;

  constructor(private readonly open: () => Channel) {
    this.inner = open();
  }

  createCall(...call: CallArguments): ReturnType<ChannelInterface['createCall']> {
    const state = this.inner.getConnectivityState(false);
    if (state !== connectivityState.READY && !this.closed) this.waiting ??= setTimeout(() => this.renewIfStuck(), patience).unref();
    return this.inner.createCall(...call);
  }

  private renewIfStuck(): void {
    this.waiting = null;
    const state = this.inner.getConnectivityState(false);
    if (this.closed || state === connectivityState.READY || state === connectivityState.IDLE) return;
    const stuck = this.inner;
    this.inner = this.open();
    stuck.close();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.waiting ?? undefined);
    this.inner.close();
  }

  getTarget(): string {
    return this.inner.getTarget();
  }

  getConnectivityState(tryToConnect: boolean): connectivityState {
    return this.inner.getConnectivityState(tryToConnect);
  }

  watchConnectivityState(...watch: Parameters<ChannelInterface['watchConnectivityState']>): void {
    this.inner.watchConnectivityState(...watch);
  }

  getChannelzRef(): ReturnType<ChannelInterface['getChannelzRef']> {
    return this.inner.getChannelzRef();
  }
}

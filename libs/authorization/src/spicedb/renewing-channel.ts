import { type Channel, connectivityState, type ChannelInterface } from '@grpc/grpc-js';

/** Milliseconds without a ready connection, while calls are made, after which a fresh channel takes over. */
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
  private waitingSince: number | null = null;

  constructor(private readonly open: () => Channel) {
    this.inner = open();
  }

  createCall(...call: CallArguments): ReturnType<ChannelInterface['createCall']> {
    const state = this.inner.getConnectivityState(false);
    if (state === connectivityState.READY || state === connectivityState.IDLE) this.waitingSince = null;
    else this.renewIfStuck();
    return this.inner.createCall(...call);
  }

  private renewIfStuck(): void {
    const now = performance.now();
    this.waitingSince ??= now;
    if (this.closed || now - this.waitingSince < patience) return;
    const stuck = this.inner;
    this.inner = this.open();
    this.waitingSince = null;
    stuck.close();
  }

  close(): void {
    this.closed = true;
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

/** Tenants whose rows changed in a way the front door rests on; `any` when it may be all of them. */
export type Changed = readonly string[] | 'any';

/** Passes on, in this process, what other processes committed. A copy that misses a signal lives on until it expires. */
export class FrontDoorSignals {
  private readonly listeners: ((changed: Changed) => void)[] = [];

  subscribe(listener: (changed: Changed) => void): void {
    this.listeners.push(listener);
  }

  emit(changed: Changed): void {
    for (const listener of this.listeners) listener(changed);
  }
}

export const encodeChanged = (changed: Changed): string => JSON.stringify(changed === 'any' ? [] : changed);

/** What cannot be read may have been about anybody. */
export function decodeChanged(payload: string): Changed {
  try {
    const tenants = JSON.parse(payload) as unknown;
    return Array.isArray(tenants) && tenants.length > 0 && tenants.every((tenant) => typeof tenant === 'string') ? tenants : 'any';
  } catch {
    return 'any';
  }
}

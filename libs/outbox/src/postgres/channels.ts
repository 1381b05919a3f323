/** LISTEN/NOTIFY channels. What goes over them is a hint: whoever misses one finds out by looking, a little later. */
export const channels = {
  /** To workers: a shard has work. Payload: its number. */
  wake: 'tenantry_wake',
  /** To workers: events were put back on the list, below what they have passed. No payload. */
  lookAgain: 'tenantry_look_again',
  /** From workers: a batch was applied. Payload: `AppliedNews` as JSON. */
  applied: 'tenantry_applied',
  /** From workers: another epoch began. Payload: its name. */
  epoch: 'tenantry_epoch',
  /** Between API processes: rows that the front door rests on changed. Payload: tenant ids as a JSON array; empty: any. */
  frontDoor: 'tenantry_front_door',
} as const;

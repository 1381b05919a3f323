/**
 * $1 is the channel, $2 the payload. A notification takes a transaction number, so its commit would wait for the disk, at whose
 * other end nobody needs it: after a crash there is no listener left to hear it.
 */
export const notify = {
  name: 'notify',
  text: "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)",
};

/**
 * Loaded with `node --import` into the processes of a local stack: when the parent dies, however it died, its end of the
 * channel closes, and this process stops as if it had been asked to. Servers that nobody can reach any more would keep their ports.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

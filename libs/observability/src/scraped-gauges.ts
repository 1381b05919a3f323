import { Gauge, type Registry } from 'prom-client';

/** Name, what it says, and of what was read: its values with their labels. */
export type ScrapedGauge<Reading> = readonly [
  name: string,
  help: string,
  values: (reading: Reading) => readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
  labelNames?: readonly string[],
];

/**
 * Asked when scraped, once for all gauges, never on a request's path. When what they are about cannot be asked they are absent,
 * not stale.
 */
export function scrapeGauges<Reading>(registry: Registry, read: () => Promise<Reading>, gauges: readonly ScrapedGauge<Reading>[]): void {
  let asked: Promise<Reading | null> | undefined;
  const reading = () =>
    (asked ??= read()
      .catch(() => null)
      .finally(() => (asked = undefined)));
  for (const [name, help, values, labelNames = []] of gauges) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect: async () => {
        const found = await reading();
        gauge.reset();
        if (labelNames.length === 0) gauge.remove(); // without labels there would be a 0 that nobody measured
        for (const [labels, value] of found === null ? [] : values(found)) gauge.set(labels, value);
      },
    });
  }
}

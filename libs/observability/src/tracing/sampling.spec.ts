import { describe, expect, it } from 'vitest';
import { startTracing } from './start-tracing.ts';
import { isSampled, type Tracer } from './tracer.ts';
import { samplers, type TracingSettings } from './tracing-settings.ts';

const trace = 'af000000000000000000000000000001';
const sent = (flags: string) => `00-${trace}-00f067aa0ba902b7-${flags}`;

async function withTracer<Result>(settings: Partial<TracingSettings>, use: (tracer: Tracer) => Result): Promise<Result> {
  const defaults: TracingSettings = {
    url: 'http://127.0.0.1:9/v1/traces',
    serviceName: 'test',
    sampler: 'parentbased_always_on',
    ratio: 1,
  };
  const tracer = await startTracing({ ...defaults, ...settings });
  if (tracer === undefined) throw new Error('tracing is off');
  try {
    return use(tracer);
  } finally {
    await tracer.close();
  }
}

describe('which traces are recorded', () => {
  it.each(samplers.filter((name) => name.startsWith('parentbased')))('%s does as the step before', async (sampler) => {
    await withTracer({ sampler, ratio: 0.5 }, (tracer) => {
      for (const flags of ['01', '00'])
        expect(tracer.start('x', { parent: sent(flags) }).traceparent).toMatch(new RegExp(`^00-${trace}-.*-${flags}$`));
    });
  });

  it('a ratio of none records none, of one records all', async () => {
    for (const [ratio, recorded] of [
      [0, false],
      [1, true],
    ] as const) {
      await withTracer({ sampler: 'parentbased_traceidratio', ratio }, (tracer) =>
        expect(isSampled(tracer.start('x').traceparent)).toBe(recorded),
      );
    }
  });

  it('a step is current for what it encloses, and for nothing else', async () => {
    await withTracer({}, async (tracer) => {
      const span = tracer.start('outer');
      await tracer.within(span, async () => {
        await Promise.resolve();
        expect(tracer.current).toBe(span);
      });
      expect(tracer.current).toBeUndefined();
    });
  });
});

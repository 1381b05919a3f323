import { Environment } from '#configuration';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { startTracing } from './start-tracing.ts';
import { readTracing } from './tracing-settings.ts';

const collector = 'http://127.0.0.1:4318';
const loadedSdk = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@opentelemetry/sdk-trace'));

function settings(variables: Readonly<Record<string, string | undefined>>) {
  const environment = new Environment(variables);
  return environment.settled(readTracing(environment, 'api'));
}

describe('P-11 tracing', () => {
  it.each([{}, { OTEL_TRACES_SAMPLER: 'always_on' }, { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_SDK_DISABLED: 'true' }])(
    'P-11 is off, and nothing of the SDK is loaded, with %j',
    async (variables) => {
      expect(await startTracing(settings(variables))).toBeUndefined();
      expect(loadedSdk()).toBe(false);
    },
  );

  it('P-11 is on when a collector is named, by the names that OpenTelemetry gives its variables', async () => {
    const found = settings({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector}/`,
      OTEL_SERVICE_NAME: 'iam',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(found).toEqual({ url: `${collector}/v1/traces`, serviceName: 'iam', sampler: 'parentbased_traceidratio', ratio: 0.25 });
    const tracer = await startTracing(found);
    expect(loadedSdk()).toBe(true);
    await tracer?.close();
  });

  it.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
    { OTEL_TRACES_SAMPLER: 'sometimes' },
    { OTEL_TRACES_SAMPLER_ARG: '2' },
    { OTEL_TRACES_SAMPLER_ARG: 'half' },
  ])('a setting that means nothing is named: %j', (variables) => {
    expect(() => settings(variables)).toThrow(Object.keys(variables)[0]);
  });
});

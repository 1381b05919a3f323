import type { Environment } from '#configuration';

/** As the specification of OpenTelemetry names them. */
export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export interface TracingSettings {
  /** Where a collector takes OTLP over HTTP, `/v1/traces` included. */
  readonly url: string;
  readonly serviceName: string;
  readonly sampler: (typeof samplers)[number];
  /** Share of traces that are recorded, 0 to 1, where the sampler goes by one. */
  readonly ratio: number;
}

function ratioOf(environment: Environment): number {
  const text = environment.optional('OTEL_TRACES_SAMPLER_ARG') ?? '1';
  const ratio = Number(text);
  if (!/^(0|1|0?\.\d+|1\.0+)$/.test(text)) environment.reject(`OTEL_TRACES_SAMPLER_ARG is "${text}", but must be a number from 0 to 1.`);
  return ratio;
}

/** Null, and nothing of tracing is even loaded, unless a collector is named. The names of the variables are OpenTelemetry's own. */
export function readTracing(environment: Environment, service: string): TracingSettings | null {
  const base = environment.optional('OTEL_EXPORTER_OTLP_ENDPOINT');
  const traces = environment.optional('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`);
  const settings = {
    url: environment.url('OTEL_EXPORTER_OTLP_ENDPOINT', traces, ['http:', 'https:']),
    serviceName: environment.optional('OTEL_SERVICE_NAME') ?? `tenantry-${service}`,
    sampler: environment.oneOf('OTEL_TRACES_SAMPLER', samplers, 'parentbased_always_on'),
    ratio: ratioOf(environment),
  };
  return traces === undefined || environment.flag('OTEL_SDK_DISABLED', false) ? null : settings;
}

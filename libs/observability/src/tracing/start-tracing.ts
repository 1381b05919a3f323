import type { Tracer } from './tracer.ts';
import type { TracingSettings } from './tracing-settings.ts';

/** Undefined when tracing is off: whoever would be wrapped is then left alone, and no line of the SDK is loaded. */
export async function startTracing(settings: TracingSettings | null): Promise<Tracer | undefined> {
  if (settings === null) return undefined;
  const { OpenTelemetryTracer } = await import('./open-telemetry-tracer.ts');
  return OpenTelemetryTracer.exporting(settings);
}

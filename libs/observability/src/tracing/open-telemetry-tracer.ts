import {
  ROOT_CONTEXT,
  SpanKind as Kind,
  SpanStatusCode,
  trace,
  type Span,
  type SpanContext,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { AsyncLocalStorage } from 'node:async_hooks';
import { isSampled, traceIdOf, Tracer, type SpanAttributes, type SpanStart, type TraceSpan } from './tracer.ts';
import type { TracingSettings } from './tracing-settings.ts';

const kinds = { internal: Kind.INTERNAL, server: Kind.SERVER, client: Kind.CLIENT, consumer: Kind.CONSUMER };

/** A collector that does not answer must not hold up the end of the process. */
const closeWithinMs = 3_000;

function samplerOf({ sampler, ratio }: TracingSettings): Sampler {
  const root = sampler.endsWith('ratio')
    ? new TraceIdRatioBasedSampler(ratio)
    : sampler.endsWith('on')
      ? new AlwaysOnSampler()
      : new AlwaysOffSampler();
  return sampler.startsWith('parentbased') ? new ParentBasedSampler({ root }) : root;
}

/** Texts of ours and of the outbox: their form was looked at where they came in. */
const contextOf = (traceparent: string): SpanContext => ({
  traceId: traceIdOf(traceparent),
  spanId: traceparent.slice(36, 52),
  traceFlags: isSampled(traceparent) ? 1 : 0,
  isRemote: true,
});

class OpenTelemetrySpan implements TraceSpan {
  readonly traceparent: string;

  constructor(private readonly span: Span) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceparent = `00-${traceId}-${spanId}-0${(traceFlags & 1).toString()}`;
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  fail(errorType: string): void {
    this.span.setAttribute('error.type', errorType).setStatus({ code: SpanStatusCode.ERROR });
  }

  end(at?: number): void {
    this.span.end(at);
  }
}

/** Records with the SDK of OpenTelemetry and sends OTLP as JSON over HTTP, in the background. */
export class OpenTelemetryTracer extends Tracer {
  private readonly storage = new AsyncLocalStorage<TraceSpan>();
  private readonly tracer: OtelTracer;

  private constructor(private readonly provider: TracerProvider) {
    super();
    this.tracer = provider.getTracer('tenantry');
  }

  static exporting(settings: TracingSettings): OpenTelemetryTracer {
    const exporter = new OTLPTraceExporter({ url: settings.url, timeoutMillis: closeWithinMs });
    return new OpenTelemetryTracer(
      new TracerProvider({
        sampler: samplerOf(settings),
        resource: resourceFromAttributes({ 'service.name': settings.serviceName, 'process.pid': process.pid }),
        spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
      }),
    );
  }

  override start(name: string, { kind = 'internal', parent, links = [], attributes = {}, startedAt }: SpanStart = {}): TraceSpan {
    const within = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(parent));
    const options = {
      kind: kinds[kind],
      attributes,
      links: links.map((link) => ({ context: contextOf(link) })),
      ...(startedAt === undefined ? {} : { startTime: startedAt }),
    };
    return new OpenTelemetrySpan(this.tracer.startSpan(name, options, within));
  }

  override within<Result>(span: TraceSpan, work: () => Result): Result {
    return this.storage.run(span, work);
  }

  override get current(): TraceSpan | undefined {
    return this.storage.getStore();
  }

  override async close(): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, closeWithinMs).unref());
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
  }
}

import { type Attributes, context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { DataPointType, type Histogram, MeterProvider } from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { type InstrumentTokensOptions, instrumentTokens } from "../../runtime/src/opentelemetry.ts";
import { atEnd } from "./disposal.ts";

/** One series of a metric: its attributes, and how often, how much or how long. */
export interface Point extends Attributes {
  readonly value: number;
}

/** OpenTelemetry's own SDK, and what it would export. */
export interface Telemetry {
  readonly meterProvider: MeterProvider;
  readonly tracerProvider: TracerProvider;
  /** The series of a metric; of a histogram, how many values. */
  collect(metric: string): Promise<Point[]>;
  /** The sum of the values of a histogram's series, and its boundaries. */
  collectHistogram(metric: string): Promise<readonly [sum: number, boundaries: readonly number[]]>;
  /** As Prometheus would read it. */
  scrape(): Promise<string>;
  /** Those that ended, in that order. */
  readonly spans: readonly ReadableSpan[];
  /** Runs within a span, as a framework does with a request. */
  within<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Records until the test that is running ends. */
export function startTelemetry(): Telemetry {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  atEnd(() => context.disable());
  const tracer = tracerProvider.getTracer("test");

  async function collectMetric(name: string) {
    const { resourceMetrics } = await reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
    return metrics.find(({ descriptor }) => descriptor.name === name);
  }

  return {
    meterProvider,
    tracerProvider,
    async collect(name) {
      const metric = await collectMetric(name);
      if (metric === undefined) return [];
      if (metric.dataPointType !== DataPointType.HISTOGRAM) {
        return metric.dataPoints.map(({ attributes, value }) => ({ ...attributes, value: value as number }));
      }
      return metric.dataPoints.map(({ attributes, value }) => ({ ...attributes, value: value.count }));
    },
    async collectHistogram(name) {
      const metric = await collectMetric(name);
      const value = metric?.dataPoints[0]?.value as Histogram | undefined;
      return [value?.sum ?? Number.NaN, value?.buckets.boundaries ?? []];
    },
    async scrape() {
      return new PrometheusSerializer().serialize((await reader.collect()).resourceMetrics);
    },
    get spans() {
      return exporter.getFinishedSpans();
    },
    async within(name, work) {
      const span = tracer.startSpan(name);
      return context.with(trace.setSpan(context.active(), span), work).finally(() => span.end());
    },
  };
}

/** Records what token managers do until the test that is running ends. */
export function startTokenTelemetry(options?: InstrumentTokensOptions): Telemetry {
  const telemetry = startTelemetry();
  const { meterProvider, tracerProvider } = telemetry;
  const instrumentation = instrumentTokens({ meterProvider, tracerProvider, ...options });
  atEnd(() => instrumentation.stop());
  return telemetry;
}

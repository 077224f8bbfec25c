import { type MeterProvider, metrics, type TracerProvider, trace } from "@opentelemetry/api";
import {
  callResendChannel,
  storeFailureChannel,
  tokenCacheChannel,
  tokenRenewalChannel,
  tokenRequestChannel,
} from "./events.ts";
import { createNames } from "./opentelemetry/attributes.ts";
import { listen } from "./opentelemetry/listening.ts";
import { holdRecording, type RecordingSettings } from "./opentelemetry/recordings.ts";
import { TokenMetrics } from "./opentelemetry/token-metrics.ts";
import { TokenSpans } from "./opentelemetry/token-spans.ts";

/** Where metrics and spans go, and what they name. */
export interface InstrumentTokensOptions {
  /** Default: the global one, whenever it is set: what comes before is not recorded. */
  readonly meterProvider?: MeterProvider;
  /** Default: the global one, whenever it is set: what comes before is not recorded. */
  readonly tracerProvider?: TracerProvider;
  /**
   * What a token client is called in metrics and spans; default its name. For names by the thousand, tenants for
   * instance: one that many share. Beyond 500, what comes is called `_OTHER`.
   */
  readonly clientName?: (client: string) => string;
  /** Clock, epoch ms: that of the managers, if they have one of their own. Default the machine's. */
  readonly now?: () => number;
}

/** Records until it is disposed of. */
export interface TokenInstrumentation extends Disposable {
  /**
   * Records no more, unless another call asked for the same. Counters that were not collected since their last change are
   * lost: shut the meter provider down before. Spans of requests that are under way end here.
   */
  stop(): void;
}

const SCOPE = "@openapi-m2m/runtime";
/** Of the package. */
const VERSION = "0.1.0";

/**
 * Records metrics and spans of all token managers of the process, from their diagnostics channels. It sees no token,
 * and no text of an error; every attribute has a bounded number of values.
 *
 * Called again, it records nothing twice: what goes to the same provider is recorded once, until all have stopped it.
 *
 * @returns what stops it
 * @throws {TypeError} `ERR_INVALID_OPTION` where the same provider is recorded to with another `clientName` or `now`
 */
export function instrumentTokens(options: InstrumentTokensOptions = {}): TokenInstrumentation {
  const { meterProvider = metrics, tracerProvider = trace, clientName, now = Date.now } = options;
  const settings = { clientName, now };
  const releases = [holdRecording(meterProvider, settings, () => recordMetrics(meterProvider, settings))];
  try {
    releases.push(holdRecording(tracerProvider, settings, () => recordSpans(tracerProvider, settings)));
  } catch (error) {
    for (const release of releases) release();
    throw error;
  }
  const stop = () => {
    for (const release of releases) release();
  };
  return { stop, [Symbol.dispose]: stop };
}

function recordMetrics(
  provider: Pick<MeterProvider, "getMeter">,
  { clientName, now }: RecordingSettings,
): () => void {
  const getMeter = () => provider.getMeter(SCOPE, VERSION);
  const recorded = new TokenMetrics({ getMeter, names: createNames(clientName), now });
  const { start, asyncEnd } = tokenRequestChannel;
  const stops = [
    listen(start, recorded.noteRequestStart.bind(recorded)),
    listen(asyncEnd, recorded.noteRequestEnd.bind(recorded)),
    listen(tokenCacheChannel, recorded.noteLookup.bind(recorded)),
    listen(tokenRenewalChannel, recorded.noteRenewal.bind(recorded)),
    listen(callResendChannel, recorded.noteResend.bind(recorded)),
    listen(storeFailureChannel, recorded.noteStoreFailure.bind(recorded)),
    () => recorded.stop(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function recordSpans(
  provider: Pick<TracerProvider, "getTracer">,
  { clientName, now }: RecordingSettings,
): () => void {
  const getTracer = () => provider.getTracer(SCOPE, VERSION);
  const spans = new TokenSpans({ getTracer, names: createNames(clientName), now });
  const { start, asyncEnd } = tokenRequestChannel;
  const stops = [
    listen(start, spans.start.bind(spans)),
    listen(asyncEnd, spans.end.bind(spans)),
    () => spans.stop(),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

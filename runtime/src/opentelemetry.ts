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
import { TokenMetrics } from "./opentelemetry/token-metrics.ts";
import { TokenSpans } from "./opentelemetry/token-spans.ts";

/** Where metrics and spans go, and what they name. */
export interface InstrumentTokensOptions {
  /** Default: the global one, looked up when there is something to record first. */
  readonly meterProvider?: MeterProvider;
  /** Default: the global one, looked up when there is something to record first. */
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
   * Records no more. Counters that were not collected since their last change are lost: shut the meter provider down
   * before.
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
 * @returns what stops it
 */
export function instrumentTokens(options: InstrumentTokensOptions = {}): TokenInstrumentation {
  const { meterProvider, tracerProvider, clientName, now = Date.now } = options;
  const names = createNames(clientName);
  const getMeter = () => (meterProvider ?? metrics).getMeter(SCOPE, VERSION);
  const getTracer = () => (tracerProvider ?? trace).getTracer(SCOPE, VERSION);
  const recorded = new TokenMetrics({ getMeter, names, now });
  const spans = new TokenSpans({ getTracer, names, now });
  const { start, asyncEnd } = tokenRequestChannel;
  const stops = [
    listen(start, recorded.noteRequestStart.bind(recorded)),
    listen(start, spans.start.bind(spans)),
    listen(asyncEnd, recorded.noteRequestEnd.bind(recorded)),
    listen(asyncEnd, spans.end.bind(spans)),
    listen(tokenCacheChannel, recorded.noteLookup.bind(recorded)),
    listen(tokenRenewalChannel, recorded.noteRenewal.bind(recorded)),
    listen(callResendChannel, recorded.noteResend.bind(recorded)),
    listen(storeFailureChannel, recorded.noteStoreFailure.bind(recorded)),
  ];
  function stop(): void {
    for (const stop of stops.splice(0)) stop();
    recorded.stop();
  }
  return { stop, [Symbol.dispose]: stop };
}

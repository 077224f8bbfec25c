import { type Attributes, createNoopMeter, type Meter, type ObservableResult } from "@opentelemetry/api";
import type {
  CallResendEvent,
  StoreFailureEvent,
  TokenCacheEvent,
  TokenRenewalEvent,
  TokenRequestEvent,
} from "../events.ts";
import { ATTRIBUTE, BoundedNames, describeOutcome, type Names, nameError } from "./attributes.ts";
import { Expiries } from "./expiries.ts";
import { Lookups } from "./lookups.ts";

export interface TokenMetricsOptions {
  /** Called until it gives one that records: before there is an SDK, none does. */
  readonly getMeter: () => Meter;
  readonly names: Names;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Those of OpenTelemetry's http.client.request.duration. */
const DURATION_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Records metrics of what it is told. */
export class TokenMetrics {
  readonly #options: TokenMetricsOptions;
  readonly #lookups: Lookups;
  readonly #expiries: Expiries;
  /** Of stores, which may be the user's. */
  readonly #codes = new BoundedNames();
  readonly #startedAt = new WeakMap<TokenRequestEvent, number>();
  #created: Instruments | undefined;
  #stop = () => {};

  constructor(options: TokenMetricsOptions) {
    this.#options = options;
    this.#lookups = new Lookups(options.names);
    this.#expiries = new Expiries(options.names, options.now);
  }

  noteRequestStart(event: TokenRequestEvent): void {
    this.#startedAt.set(event, performance.now());
  }

  noteRequestEnd(event: TokenRequestEvent): void {
    const startedAt = this.#startedAt.get(event);
    if (startedAt === undefined) return; // It began before there was a listener.
    const attributes = {
      ...this.#describe(event),
      ...this.#options.names.describeServer(event),
      ...describeOutcome(event),
    };
    this.#instruments?.requestDuration.record((performance.now() - startedAt) / 1000, attributes);
    if (event.expiresAt !== undefined) this.#expiries.note(event.client, event.expiresAt);
  }

  /** Counted here: an SDK that comes later is told all of them. */
  noteLookup(event: TokenCacheEvent): void {
    this.#created ??= this.#create();
    this.#lookups.note(event);
    if (event.expiresAt !== undefined) this.#expiries.note(event.client, event.expiresAt);
  }

  noteRenewal(event: TokenRenewalEvent): void {
    this.#instruments?.renewals.add(1, {
      ...this.#describe(event),
      [ATTRIBUTE.renewalReason]: event.reason,
    });
  }

  noteResend(event: CallResendEvent): void {
    this.#instruments?.resends.add(1, { ...this.#describe(event), [ATTRIBUTE.resendReason]: event.reason });
  }

  noteStoreFailure({ operation, code }: StoreFailureEvent): void {
    this.#instruments?.storeFailures.add(1, {
      [ATTRIBUTE.storeOperation]: operation,
      [ATTRIBUTE.errorType]: this.#codes.bound(nameError(code)),
    });
  }

  /** Has nothing collected any more. */
  stop(): void {
    this.#stop();
  }

  #describe({ client }: { readonly client: string }): Attributes {
    return { [ATTRIBUTE.clientName]: this.#options.names.nameOf(client) };
  }

  /** Undefined while nobody would record. */
  get #instruments(): Instruments | undefined {
    this.#created ??= this.#create();
    return this.#created;
  }

  #create(): Instruments | undefined {
    const meter = this.#options.getMeter();
    if (meter === createNoopMeter()) return undefined; // Kept, it would record nothing for ever.
    const instruments = createInstruments(meter);
    const { lookups, timeToExpiry } = instruments;
    const observeLookups = (result: ObservableResult) => this.#lookups.observe(result);
    const observeExpiries = (result: ObservableResult) => this.#expiries.observe(result);
    lookups.addCallback(observeLookups);
    timeToExpiry.addCallback(observeExpiries);
    this.#stop = () => {
      lookups.removeCallback(observeLookups);
      timeToExpiry.removeCallback(observeExpiries);
    };
    return instruments;
  }
}

type Instruments = ReturnType<typeof createInstruments>;

function createInstruments(meter: Meter) {
  return {
    requestDuration: meter.createHistogram("openapi_m2m.token.request.duration", {
      description: "Duration of requests to token endpoints, each attempt by itself.",
      unit: "s",
      advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
    }),
    renewals: meter.createCounter("openapi_m2m.token.renewals", {
      description: "Times that a token was requested, tried again or not, by reason.",
      unit: "{renewal}",
    }),
    lookups: meter.createObservableCounter("openapi_m2m.token.cache.lookups", {
      description: "Times that a token was looked for, in process or in the shared store.",
      unit: "{lookup}",
    }),
    timeToExpiry: meter.createObservableGauge("openapi_m2m.token.time_to_expiry", {
      description: "Time until the first of the tokens expires that calls were given.",
      unit: "s",
    }),
    resends: meter.createCounter("openapi_m2m.call.resends", {
      description: "Times that a call was sent again because its token or its proof was rejected.",
      unit: "{resend}",
    }),
    storeFailures: meter.createCounter("openapi_m2m.store.failures", {
      description: "Operations of the cache or the shared store that failed, or found what can't be used.",
      unit: "{failure}",
    }),
  };
}

import { channel } from "node:diagnostics_channel";

const CHANNELS = [
  ...["start", "end", "asyncStart", "asyncEnd", "error"].map(
    (step) => `tracing:openapi-m2m.token.request:${step}`,
  ),
  ...["token.cache", "token.renewal", "call.resend", "store.failure"].map((name) => `openapi-m2m.${name}`),
];

/** How often each event was published in this process, from now on, by its channel and its text. */
export function recordChannels(): Map<string, number> {
  const recorded = new Map<string, number>();
  for (const name of CHANNELS) {
    channel(name).subscribe((event) => {
      const text = `${name} ${print(event)}`;
      recorded.set(text, (recorded.get(text) ?? 0) + 1);
    });
  }
  return recorded;
}

/** Whatever is in it, of errors what JSON leaves out, too. */
function print(event: unknown): string {
  return JSON.stringify(event, (_, value: unknown) => {
    if (!(value instanceof Error)) return value;
    const { message, stack, cause } = value;
    return { ...value, message, stack, cause };
  });
}

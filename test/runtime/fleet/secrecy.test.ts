import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { describeWithServer } from "../../support/describe-with-redis.ts";
import type { MemberOptions } from "../../support/fleet/member.ts";
import { type Setup, useFleet } from "../../support/fleet/setting.ts";

const setup: Setup = { library: "ioredis", to: "server" };
const setting = useFleet(2, [setup]);

const clientSecret = "planted-secret-of-the-client";
const prefix = "planted-prefix:";
const encryptionKey = randomBytes(32).toString("base64");

/** Has a fleet do all that it does with a store, and returns all that others may read of it. */
async function readTraces(options: Partial<MemberOptions>) {
  const { fleet, server } = setting;
  const patient = { storeTimeoutMs: 10_000, requestTimeoutMs: 15_000 };
  await server.run("FLUSHALL");
  const monitor = await server.monitor();
  const { api, revoke } = await setting.open(setup, { ...patient, prefix, clientSecret, ...options });
  await fleet.call(2);
  revoke();
  await fleet.tell("fetch", { count: 2, url: api.origin });
  await fleet.members[0]?.tell("invalidate", "client");
  // Who hears of it late drops what was requested after it, too. The first to listen is the one who says it.
  for (const member of fleet.members) await member.tell("listen");
  await fleet.tell("advance", 3_600_000);
  const { tokens } = await fleet.call(2);
  const events = JSON.stringify(await fleet.tell("readEvents"));
  // What is written is written after the token was given out: a manager that closes waits for it.
  await fleet.tell("close");
  const dump = await server.dump();
  return { tokens, traces: { monitor: Buffer.from(monitor.readText()), dump, events: Buffer.from(events) } };
}

/** The ways in which a text may be there. */
function waysToWrite(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  // Of base64, what does not depend on what stands before or after.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [text, encodeURIComponent(text), bytes.toString("hex"), ...base64];
}

function findIn(traces: Readonly<Record<string, Buffer>>, text: string): readonly string[] {
  return Object.keys(traces).filter((name) => waysToWrite(text).some((way) => traces[name]?.includes(way)));
}

describeWithServer("what a fleet leaves in Redis, in what it is told, and in events", () => {
  test("has no token in it, no secret and no key", async () => {
    const { tokens, traces } = await readTraces({ encryptionKey });
    expect(tokens).toHaveLength(1);
    expect(findIn(traces, prefix)).toEqual(["monitor", "dump"]);
    for (const text of ["fleet-token-", clientSecret, encryptionKey])
      expect(findIn(traces, text)).toEqual([]);
  });

  test("has tokens in it where encryption is none, but no secret; nor have events", async () => {
    const { traces } = await readTraces({});
    expect(findIn(traces, "fleet-token-")).toEqual(["monitor", "dump"]);
    expect(findIn(traces, clientSecret)).toEqual([]);
  });
});

import { fork } from "node:child_process";
import { once } from "node:events";
import type { Outcome } from "./fleet/call-log.ts";
import type { Member } from "./fleet/member.ts";
import type { Order, Reply } from "./fleet/process.ts";

type Argument<Name extends keyof Member> = Parameters<Member[Name]>;
type Answer<Name extends keyof Member> = Awaited<ReturnType<Member[Name]>>;

/** A process with a token manager, as one worker of a service. */
export interface FleetMember {
  /** Rejects when the process ends before it has done so. */
  tell<Name extends keyof Member>(name: Name, ...argument: Argument<Name>): Promise<Answer<Name>>;
  /** Ends it without notice: SIGKILL. */
  kill(): Promise<void>;
}

export interface Fleet extends AsyncDisposable {
  /** Those that are alive. */
  readonly members: readonly FleetMember[];
  /** Tells all of them the same, and waits for what each answers. */
  tell<Name extends keyof Member>(name: Name, ...argument: Argument<Name>): Promise<Answer<Name>[]>;
  /** Has each of them ask for the token so many times at once. */
  call(count: number): Promise<Outcome>;
  /** Starts processes in place of those that were killed. */
  refill(): Promise<void>;
}

/** Starts so many processes, with the Node.js that runs this one. */
export async function startFleet(size: number): Promise<Fleet> {
  const members: FleetMember[] = [];
  const fleet: Fleet = {
    members,
    tell: (name, ...argument) => Promise.all(members.map((member) => member.tell(name, ...argument))),
    call: async (count) => sumUp(await fleet.tell("call", count)),
    async refill() {
      while (members.length < size) members.push(startMember(remove));
      await fleet.tell("close");
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member.kill()));
    },
  };
  const remove = (member: FleetMember) => members.splice(members.indexOf(member), 1);
  await fleet.refill();
  return fleet;
}

/** What became of the calls of several members. */
export function sumUp(outcomes: readonly Outcome[]): Outcome {
  return {
    calls: outcomes.reduce((sum, { calls }) => sum + calls, 0),
    tokens: [...new Set(outcomes.flatMap(({ tokens }) => tokens))],
    failures: outcomes.flatMap(({ failures }) => failures),
    slowestMs: Math.max(...outcomes.map(({ slowestMs }) => slowestMs)),
  };
}

function startMember(onGone: (member: FleetMember) => void): FleetMember {
  const child = fork(new URL("./fleet/process.ts", import.meta.url), { execArgv: [] });
  const gone = once(child, "exit");
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  child.on("message", ({ id, value, error }: Reply) => {
    if (error === undefined) waiting.get(id)?.resolve(value);
    else waiting.get(id)?.reject(new Error(error));
    waiting.delete(id);
  });
  const member: FleetMember = {
    tell<Name extends keyof Member>(name: Name, ...[argument]: Argument<Name>) {
      const reply = Promise.withResolvers<unknown>();
      const order: Order = { id: ++lastId, name, argument };
      waiting.set(order.id, reply);
      child.send(order);
      return reply.promise as Promise<Answer<Name>>;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
  child.on("exit", () => {
    for (const reply of waiting.values()) reply.reject(new Error("the process of a member ended"));
    onGone(member);
  });
  return member;
}

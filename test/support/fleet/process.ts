// The process of a member: carries out what it is told over IPC, and ends with whoever started it.
import { Member } from "./member.ts";

export interface Order {
  readonly id: number;
  readonly name: keyof Member;
  readonly argument: unknown;
}

export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  /** A stack. */
  readonly error?: string;
}

const member = new Member();

async function carryOut({ id, name, argument }: Order): Promise<Reply> {
  try {
    const run = member[name].bind(member) as (given: unknown) => Promise<unknown>;
    return { id, value: await run(argument) };
  } catch (error) {
    return { id, error: String((error as Error).stack) };
  }
}

process.on("message", async (order: Order) => {
  const reply = await carryOut(order);
  if (process.connected) process.send?.(reply);
});
process.on("disconnect", () => process.exit());

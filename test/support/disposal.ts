import { Agent } from "undici";
import { afterEach } from "vitest";

const resources: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of resources.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

/** Disposes of a resource when the test that is running ends, the last one first. */
export async function using<T extends AsyncDisposable>(resource: T | Promise<T>): Promise<T> {
  const got = await resource;
  resources.push(got);
  return got;
}

/** Runs a function when the test that is running ends. */
export function atEnd(run: () => void): void {
  resources.push({ [Symbol.asyncDispose]: async () => run() });
}

/** An Agent that is destroyed when the test that is running ends. */
export function createAgent(options?: Agent.Options): Agent {
  const agent = new Agent(options);
  resources.push({ [Symbol.asyncDispose]: () => agent.destroy() });
  return agent;
}

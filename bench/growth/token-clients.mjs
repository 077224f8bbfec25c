// So many token clients, each of which has a token and a generated client: token-clients.mjs API OPTIONS
import { createTokenManager } from "@openapi-m2m/runtime";
import { measureRounds } from "../calls/measure.mjs";
import { Agent, list } from "../calls/ours.mjs";
import { readMemory } from "../memory.mjs";

const AT_ONCE = 50;
const [{ url, client }, { calls, count, rounds }] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const { ItemsClient } = await import(client);
const { used: before } = readMemory();
const names = Array.from({ length: count }, (_, index) => `tenant-${index}`);
const tokens = createTokenManager({
  dispatcher: new Agent({ connections: AT_ONCE }),
  clients: Object.fromEntries(names.map((name) => [name, { tokenEndpoint: `${url}/token`, clientId: name }])),
  cache: { max: count },
});
const clients = names.map((tokenClient) => new ItemsClient({ tokens, baseUrl: url, tokenClient }));
for (let index = 0; index < count; index += AT_ONCE) {
  await Promise.all(names.slice(index, index + AT_ONCE).map((name) => tokens.getAccessToken(name)));
}
let next = 0;
const call = () => list(clients[next++ % count], { query: { limit: 10 } });
const measured = await measureRounds({ call }, { rounds, calls, atOnce: AT_ONCE });
process.send({ measured, bytes: (readMemory().used - before) / count }, () => process.exit());

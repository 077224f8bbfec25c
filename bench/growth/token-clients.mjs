// So many token clients, each of which has a token and a generated client: token-clients.mjs API OPTIONS
import { measureRounds } from "../calls/measure.mjs";
import { openManyClients } from "../calls/ours.mjs";

const CONNECTIONS = 50;
const [api, { calls, count, rounds }] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const { call, readBytes } = await openManyClients({ ...api, connections: CONNECTIONS }, count);
const measured = await measureRounds({ call }, { rounds, calls, connections: CONNECTIONS });
process.send({ measured, bytes: readBytes() }, () => process.exit());

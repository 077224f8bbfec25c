// Measures one row in this process, which has done nothing else before: run-row.mjs NAME API OPTIONS
import { measureRounds } from "./measure.mjs";
import { rows } from "./rows.mjs";

const [name, api, { rounds, share, first }] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const { forms: creators, calls, connections, collects } = rows[name];
const forms = {};
for (const [form, create] of Object.entries(creators)) {
  forms[form] = await create({ ...api, connections });
}
const turn = {
  rounds,
  first,
  atOnce: connections,
  collects,
  calls: Math.max(Math.round(calls * share), connections),
};
const measured = await measureRounds(forms, turn);
process.send(measured, () => process.exit());

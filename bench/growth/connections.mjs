// So many calls at a time: connections.mjs API OPTIONS
import { byHand } from "../calls/by-hand.mjs";
import { measureRounds } from "../calls/measure.mjs";
import { ours } from "../calls/ours.mjs";

const [api, { calls, atOnce, bound, rounds }] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const forms = {
  byHand: await byHand.get({ ...api, connections: atOnce }),
  ours: await ours.get({ ...api, connections: atOnce }),
};
if (atOnce >= bound) forms.bounded = await ours.get({ ...api, connections: bound });
process.send(await measureRounds(forms, { rounds, calls, atOnce }), () => process.exit());

/** Makes so many calls, so many at a time; the processor time of the whole process that one takes, and their rate. */
export async function drive(call, { calls, atOnce }) {
  const end = call.begin?.();
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let begun = 0;
  const work = async () => {
    while (begun++ < calls) await call();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1000;
  end?.();
  return { microseconds: (user + system) / calls, rate: calls / seconds };
}

/**
 * Gives each form its turn in each round, another one first each time. A first round, which does not count, is to warm
 * up.
 *
 * @param forms - by name
 * @param take - measures one turn of a form
 * @param first - which form has the first turn of all
 * @returns for each round, by name, what `take` gave
 */
export async function takeTurns(forms, rounds, take, first = 0) {
  const entries = Object.entries(forms);
  const measured = [];
  for (let round = 0; round <= rounds; round++) {
    const shift = (first + round) % entries.length;
    const figures = {};
    for (const [name, form] of [...entries.slice(shift), ...entries.slice(0, shift)]) {
      figures[name] = await take(form);
    }
    if (round > 0) measured.push(figures);
  }
  return measured;
}

/**
 * What calls cost.
 *
 * @param forms - names to calls that give equal results
 * @param collects - whether garbage is collected before each turn: where a call leaves much of it, the next form would
 *   have to
 * @returns rounds of `{ [name]: { microseconds, rate } }`
 */
export async function measureRounds(forms, { rounds, first, calls, atOnce, collects = false }) {
  await assertAlike(Object.entries(forms));
  const take = (call) => {
    if (collects) globalThis.gc();
    return drive(call, { calls, atOnce });
  };
  return takeTurns(forms, rounds, take, first);
}

async function assertAlike(entries) {
  const results = await Promise.all(entries.map(async ([name, call]) => [name, await call()]));
  const [[, expected]] = results;
  const other = results.find(([, result]) => result !== expected || !result);
  if (other !== undefined) throw new Error(`${other[0]} gave ${other[1]}, not ${expected}`);
}

import { drawLines, spread } from "../picture.mjs";

/**
 * Draws how many token requests there were by when, with and without the store.
 *
 * @param runs.with - the seconds at which there was one, in order; likewise `runs.without`
 */
export function drawFleet({ runs, seconds, processes, lifetimeSeconds }) {
  const most = Math.ceil(Math.max(...Object.values(runs).map(({ length }) => length)) / 20) * 20;
  const lineOf = (label, requests) => ({
    label,
    end: `${requests.length} requests`,
    points: [[0, 0], ...requests.map((second, index) => [second, index + 1]), [seconds, requests.length]],
  });
  return drawLines({
    title: `Token requests of ${processes} processes over ${seconds} s, tokens of ${lifetimeSeconds} s`,
    description: `Lines that climb a step with each request: without a store to ${runs.without.length}, with one to ${runs.with.length}.`,
    lines: [lineOf("with the store", runs.with), lineOf("without a store", runs.without)],
    x: {
      label: "seconds since all of them started without a token",
      most: seconds,
      ticks: spread(seconds, 6),
    },
    y: { most, ticks: spread(most, 4) },
    isStepped: true,
  });
}

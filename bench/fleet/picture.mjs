const [WIDTH, HEIGHT] = [760, 360];
const FRAME = { left: 56, right: 150, top: 56, bottom: 48 };

/** Both schemes of colours; a background of its own, since a page's may be of the other. */
const STYLE = `
  .ground { fill: #ffffff } .text { fill: #1f2328 } .faint { fill: #59636e } .grid { stroke: #d1d9e0 }
  .without { stroke: #bc4c00 } .with { stroke: #0969da } .without-text { fill: #bc4c00 } .with-text { fill: #0969da }
  text { font: 13px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 } .strong { font-weight: 600 }
  path { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .text { fill: #f0f6fc } .faint { fill: #9198a1 } .grid { stroke: #3d444d }
    .without { stroke: #f0883e } .with { stroke: #4493f8 } .without-text { fill: #f0883e } .with-text { fill: #4493f8 }
  }`;

/**
 * Draws how many token requests there were by when, with and without the store.
 *
 * @param runs.with - the seconds at which there was one, in order; likewise `runs.without`
 */
export function drawFleet({ runs, seconds, processes, lifetimeSeconds }) {
  const most = Math.ceil(Math.max(...Object.values(runs).map(({ length }) => length)) / 20) * 20;
  const x = (second) => scale(second / seconds, FRAME.left, WIDTH - FRAME.right);
  const y = (count) => scale(count / most, HEIGHT - FRAME.bottom, FRAME.top);
  const title = `Token requests of ${processes} processes over ${seconds} s, tokens of ${lifetimeSeconds} s`;
  const description = `Lines that climb a step with each request: without a store to ${runs.without.length}, with one to ${runs.with.length}.`;
  const counts = spread(most, 4).map((count) => drawCount(count, y(count)));
  const instants = spread(seconds, 6).map((second) => drawSecond(second, x(second)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title description">
<title id="title">${title}</title>
<desc id="description">${description}</desc>
<style>${STYLE}
</style>
<rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="6"/>
<text class="text title" x="${FRAME.left}" y="28">${title}</text>
${[...counts, ...instants].join("\n")}
<text class="faint" x="${x(seconds / 2)}" y="${HEIGHT - 10}" text-anchor="middle">seconds since all of them started without a token</text>
${drawRun("without", "without a store", runs.without, { x, y, seconds })}
${drawRun("with", "with the store", runs.with, { x, y, seconds })}
</svg>
`;
}

function drawCount(count, at) {
  return `<line class="grid" x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${at}" y2="${at}"/>
<text class="faint" x="${FRAME.left - 8}" y="${at + 4}" text-anchor="end">${count}</text>`;
}

function drawSecond(second, at) {
  return `<text class="faint" x="${at}" y="${HEIGHT - FRAME.bottom + 18}" text-anchor="middle">${second}</text>`;
}

/** A step up at each request; what it is, and where it ends, stands beside it. */
function drawRun(name, label, requests, { x, y, seconds }) {
  const steps = requests.map((second, index) => `H${round(x(second))}V${round(y(index + 1))}`);
  const end = y(requests.length);
  return `<path class="${name}" d="M${x(0)} ${y(0)}${steps.join("")}H${x(seconds)}"/>
<text class="${name}-text strong" x="${x(seconds) + 10}" y="${end - 2}">${requests.length} requests</text>
<text class="${name}-text" x="${x(seconds) + 10}" y="${end + 14}">${label}</text>`;
}

function spread(most, parts) {
  return Array.from({ length: parts + 1 }, (_, index) => (most * index) / parts);
}

function scale(share, from, to) {
  return round(from + share * (to - from));
}

function round(value) {
  return Math.round(value * 10) / 10;
}

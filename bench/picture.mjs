const WIDTH = 760;
/** Both schemes of colours; a background of its own, since a page's may be of the other. */
const STYLE = `
  .ground { fill: #ffffff } .text { fill: #1f2328 } .faint { fill: #59636e } .grid { stroke: #d1d9e0 }
  .first { stroke: #0969da } .second { stroke: #bc4c00 } .third { stroke: #8250df }
  .first-text { fill: #0969da } .second-text { fill: #bc4c00 } .third-text { fill: #8250df }
  .bar { fill: #afb8c1 } .our-bar { fill: #0969da } .mark { stroke: #59636e; stroke-dasharray: 4 3 }
  text { font: 13px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 } .strong { font-weight: 600 }
  path { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .text { fill: #f0f6fc } .faint { fill: #9198a1 } .grid { stroke: #3d444d }
    .first { stroke: #4493f8 } .second { stroke: #f0883e } .third { stroke: #ab7df8 }
    .first-text { fill: #4493f8 } .second-text { fill: #f0883e } .third-text { fill: #ab7df8 }
    .bar { fill: #59636e } .our-bar { fill: #4493f8 } .mark { stroke: #9198a1 }
  }`;

/** A picture that says in words, too, what it shows. */
function drawPicture({ title, description, height, left }, content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">
<title id="title">${title}</title>
<desc id="description">${description}</desc>
<style>${STYLE}
</style>
<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>
<text class="text title" x="${left}" y="28">${title}</text>
${content.join("\n")}
</svg>
`;
}

/**
 * Lines over a common axis, at most three: each has a colour of its own.
 *
 * @param lines - `label`, `end` (what stands at its end), and `points`: pairs of x and y
 * @param isStepped - whether a value holds until the next one
 * @param x - `label`, `most`, and `ticks`, values or pairs of a value and its text; likewise `y`
 */
export function drawLines({ title, description, lines, x, y, isStepped = false }) {
  const frame = { left: 64, right: 160, top: 56, bottom: 48 };
  const height = 360;
  const across = (value) => scale(value / x.most, frame.left, WIDTH - frame.right);
  const up = (value) => scale(value / y.most, height - frame.bottom, frame.top);
  const content = [
    ...textsOf(y.ticks).map(([value, text]) => drawRow(text, up(value), frame)),
    ...textsOf(x.ticks).map(([value, text]) => centred(text, across(value), height - frame.bottom + 18)),
    centred(x.label, (frame.left + WIDTH - frame.right) / 2, height - 10),
    ...spreadEnds(lines, up).map(({ line, at }, index) => {
      const name = ["first", "second", "third"][index];
      return `${drawPath(name, line.points, { across, up, isStepped })}
<text class="${name}-text strong" x="${WIDTH - frame.right + 10}" y="${at - 2}">${line.end}</text>
<text class="${name}-text" x="${WIDTH - frame.right + 10}" y="${at + 14}">${line.label}</text>`;
    }),
  ];
  return drawPicture({ title, description, height, left: frame.left }, content);
}

/** Where the words at the end of each line stand, which must not be on each other's. */
function spreadEnds(lines, up) {
  const ends = lines.map((line) => ({ line, at: up(line.points.at(-1)[1]) }));
  let free = Number.NEGATIVE_INFINITY;
  for (const end of ends.toSorted((a, b) => a.at - b.at)) {
    end.at = round(Math.max(end.at, free));
    free = end.at + 36;
  }
  return ends;
}

function drawRow(text, at, frame) {
  return `<line class="grid" x1="${frame.left}" x2="${WIDTH - frame.right}" y1="${at}" y2="${at}"/>
<text class="faint" x="${frame.left - 8}" y="${at + 4}" text-anchor="end">${text}</text>`;
}

function drawPath(name, points, { across, up, isStepped }) {
  const [[x, y], ...rest] = points.map(([x, y]) => [across(x), up(y)]);
  const steps = rest.map(([x, y]) => (isStepped ? `H${x}V${y}` : `L${x} ${y}`));
  return `<path class="${name}" d="M${x} ${y}${steps.join("")}"/>`;
}

/**
 * Bars that lie, each with its value.
 *
 * @param bars - `label`, `value`, and whether it `isOurs`
 * @param mark - a value that a line marks
 */
export function drawBars({ title, description, axis, bars, mark }) {
  const frame = { left: 250, right: 70, top: 48 };
  const step = 28;
  const height = frame.top + bars.length * step + 40;
  const most = Math.max(...bars.map(({ value }) => value));
  const x = (value) => scale(value / most, frame.left, WIDTH - frame.right);
  const content = bars.map(({ label, value, isOurs }, index) => {
    const top = frame.top + index * step;
    return `<rect class="${isOurs ? "our-bar" : "bar"}" x="${frame.left}" y="${top}" width="${round(x(value) - frame.left)}" height="18" rx="2"/>
<text class="text${isOurs ? " strong" : ""}" x="${frame.left - 10}" y="${top + 14}" text-anchor="end">${label}</text>
<text class="text${isOurs ? " strong" : ""}" x="${x(value) + 8}" y="${top + 14}">${value.toFixed(2)}</text>`;
  });
  content.push(
    `<line class="mark" x1="${x(mark)}" x2="${x(mark)}" y1="${frame.top - 8}" y2="${height - 36}"/>`,
    `<text class="faint" x="${frame.left}" y="${height - 14}">${axis}</text>`,
  );
  return drawPicture({ title, description, height, left: 20 }, content);
}

function centred(text, x, y) {
  return `<text class="faint" x="${x}" y="${y}" text-anchor="middle">${text}</text>`;
}

function textsOf(ticks) {
  return ticks.map((tick) => (Array.isArray(tick) ? tick : [tick, tick]));
}

/** Evenly spread from 0 to the most. */
export function spread(most, parts) {
  return Array.from({ length: parts + 1 }, (_, index) => (most * index) / parts);
}

function scale(share, from, to) {
  return round(from + share * (to - from));
}

function round(value) {
  return Math.round(value * 10) / 10;
}

// What a DPoP proof (ES256) costs, beside one of the npm package dpop with the same key and claims. See README.md.
import { generateKeyPairSync, sign } from "node:crypto";
import { dpopKey, generateDpopKey } from "@openapi-m2m/runtime";
import { generateKeyPair, generateProof } from "dpop";
import { formatCount, formatTime, median, printHeading, report } from "./report.mjs";

const ROUNDS = 9;
const PROOFS = 2_000;
const TARGET_MICROSECONDS = 70;

const url = "https://api.example.com/v1/items/42";
const method = "GET";
const nonce = "eyJ7S_zG.eyJH0-Z.HX4w-7v";
const accessToken = "a".repeat(700);

/** The processor time of the whole process: Web Crypto works on threads of its own. */
async function measure(prove) {
  const before = process.cpuUsage();
  for (let i = 0; i < PROOFS; i++) await prove();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / PROOFS;
}

/** Each form has its turn in each round, so that what else the machine does meanwhile hits all of them. */
async function measureRounds(forms) {
  const rounds = [];
  // The first is to warm up.
  for (let round = 0; round <= ROUNDS; round++) {
    const figures = {};
    for (const [name, prove] of Object.entries(forms)) figures[name] = await measure(prove);
    if (round > 0) rounds.push(figures);
  }
  return rounds;
}

const pair = await generateKeyPair("ES256", { extractable: true });
const sealedPair = await generateKeyPair("ES256");
const [key, generated, sealed] = [dpopKey({ key: pair }), generateDpopKey(), dpopKey({ key: sealedPair })];
const build = (own) => own.buildProof({ method, url, issuedAt: Date.now(), accessToken, nonce });

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const input = Buffer.from(build(key).replace(/\.[^.]*$/, ""));
const [theirs, ours] = ["dpop: generateProof", "DpopKey.buildProof"];

const rounds = await measureRounds({
  [theirs]: () => generateProof(pair, url, method, nonce, accessToken),
  [ours]: () => build(key),
  "the same, key by generateDpopKey()": () => build(generated),
  "the same, key not extractable": () => build(sealed),
  "only sign() of node:crypto": () => sign("sha256", input, privateKey),
});

const medianOf = (name) => median(rounds.map((round) => round[name]));
const ratioOf = (name) => median(rounds.map((round) => round[theirs] / round[name]));

printHeading(`A DPoP proof: median of ${ROUNDS} rounds, each of ${PROOFS} proofs`);
await report({
  title: "A DPoP proof, ES256",
  titles: ["", "processor time", "times as cheap"],
  rows: Object.keys(rounds[0]).map((name) => [name, formatTime(medianOf(name)), ratioOf(name).toFixed(1)]),
  note: `Medians of ${ROUNDS} rounds of ${formatCount(PROOFS)} proofs.`,
  targets: [
    { text: `at most ${TARGET_MICROSECONDS} µs a proof`, isMet: medianOf(ours) <= TARGET_MICROSECONDS },
  ],
});

import type { Random } from "./random.ts";
import type { Fields } from "./source-document.ts";

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  "date-time": ["2024-02-29T23:59:59Z", "2026-01-31T08:05:03.123+02:00"],
  date: ["2024-02-29", "1999-12-31"],
  time: ["23:59:59Z", "08:05:03+02:00"],
  duration: ["P1DT2H", "PT0.5S"],
  email: ["a.b+c@example.com"],
  hostname: ["api.example.com"],
  ipv4: ["192.0.2.1"],
  ipv6: ["2001:db8::1"],
  uri: ["https://example.com/a%20b?c=d&e=%2F#f", "urn:isbn:0451450523"],
  url: ["https://example.com/a?b=c&d=e"],
  "uri-reference": ["/a/b?c=d"],
  "uri-template": ["https://example.com/{id}"],
  uuid: ["0b9a6c0e-8f3d-4e0a-9c5f-5b0f0a6a7f11"],
  byte: ["aGk/", "+/8="],
  base64: ["+/8="],
  "json-pointer": ["/a~1b/0"],
  regex: ["^a+$"],
};

/** What patterns of real documents tend to ask for. */
const COMMON = [
  ..."a,A,1,0,12,123,1234,12345,123456,1.5,10.00,-1,abc,ABC,a1,A1,AB,AB1,a-b,a_b,a.b,en,en-US,US,USD,EUR,A-1".split(
    ",",
  ),
  ..."2024-02-29,2024,12:30,12:30:00,2024-02-29T23:59:59Z,v1,1.0,1.0.0,v1.2.3,#a1b2c3,a@example.com".split(
    ",",
  ),
  ..."+14155550100,14155550100,https://example.com/a,http://a.b/c,192.0.2.1,id-1,ABCDEFGHIJKLM,ABCDEFGHIJ".split(
    ",",
  ),
  ..."0b9a6c0e-8f3d-4e0a-9c5f-5b0f0a6a7f11,1234567890,12345678,+05:30,true,sha256:a,ses_1,msg_1,prt_1,wrk_1".split(
    ",",
  ),
  ..."projects/p/topics/t,arn:aws:s3:::a,a/b,/a,a=b,per_1,que_1,pty_1,evt_1".split(","),
];

/** A text that fits its schema as far as that can be told; else one that is long enough. */
export function sampleText(
  { format, pattern, minLength, maxLength }: Fields,
  { random, texts }: { random: Random; texts: readonly string[] },
): string {
  const least = typeof minLength === "number" ? Math.min(minLength, 5000) : 0;
  const most = typeof maxLength === "number" ? maxLength : Number.POSITIVE_INFINITY;
  const expression = typeof pattern === "string" ? new RegExp(pattern) : undefined;
  const fits = (text: string) => {
    const { length } = [...text];
    return length >= least && length <= most && (expression?.test(text) ?? true);
  };
  const ofFormat = (typeof format === "string" && FORMATS[format]) || undefined;
  const wanted = (ofFormat ?? texts).filter(fits);
  if (wanted.length > 0) return random.pick(wanted);
  const common = [...COMMON, ...["a", "A", "1"].flatMap((letter) => repeat(letter, least, most))].filter(
    fits,
  );
  return random.pick(common) ?? "a".repeat(Math.max(1, least)).slice(0, Math.max(most, 0));
}

/** Of each length that patterns ask for; not of more than is needed, which some patterns take exponential time for. */
function repeat(letter: string, least: number, most: number): string[] {
  const lengths = [least, most, 2, 3, 8, 10, 11, 13, 16, 17, 18, 20, 24, 32, 36, 40];
  const longest = Math.max(20, least);
  return lengths.filter((length) => length > 0 && length <= longest).map((length) => letter.repeat(length));
}

/** A number within its bounds; with `everything` one that is hard to write, too. */
export function sampleNumber(
  schema: Fields,
  { random, isInteger, everything }: { random: Random; isInteger: boolean; everything: boolean },
): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = schema;
  const bound = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);
  const least = Math.max(bound(minimum, -Infinity), bound(exclusiveMinimum, -Infinity));
  const most = Math.min(bound(maximum, Infinity), bound(exclusiveMaximum, Infinity));
  const step = bound(multipleOf, 0);
  const fits = (value: number) =>
    value >= least &&
    value <= most &&
    value !== exclusiveMinimum &&
    value !== exclusiveMaximum &&
    (step === 0 || Math.abs(value / step - Math.round(value / step)) < 1e-9) &&
    (format !== "int32" || Math.abs(value) < 2 ** 31);
  const whole = [0, 1, -1, 42, 1000000, Number.MAX_SAFE_INTEGER, -2147483648];
  const candidates = everything ? [...whole, ...(isInteger ? [] : [0.1, -2.5, 1e21, 1e-7])] : [1, 42, 7, 300];
  const near = [least, most, least + 1, most - 1, step, 2 * step, Math.ceil(least / step) * step];
  const finite = near.filter((value) => Number.isFinite(value) && (!isInteger || Number.isInteger(value)));
  const fitting = candidates.filter(fits);
  return random.pick(fitting.length > 0 ? fitting : [...whole, ...finite].filter(fits)) ?? 1;
}

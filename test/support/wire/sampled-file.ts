import type { Random } from "./random.ts";

/** A file that a caller sends: what it is made of can be compared, which a File does only asynchronously. */
export class SampledFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string;
  readonly type: string;

  constructor(bytes: Uint8Array<ArrayBuffer>, name: string, type: string) {
    this.bytes = bytes;
    this.name = name;
    this.type = type;
  }

  static sample(random: Random, type: string): SampledFile {
    return new SampledFile(sampleBytes(random), random.pick(["a.bin", "ü b.png", 'quo"te.txt']), type);
  }

  as(type: string): SampledFile {
    return new SampledFile(this.bytes, this.name, type);
  }

  toFile(): File {
    return new File([this.bytes], this.name, { type: this.type });
  }
}

/** A file or a list of files, which no style has words for. */
export function holdsFile(value: unknown): boolean {
  return [value].flat().some((item) => item instanceof SampledFile);
}

/** Bytes that no text encoding leaves as they are, a line break among them. */
export function sampleBytes(random: Random): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(0xff, 0x00, 0x0d, 0x0a, 0x2d, 0x2d, 0xfe, random.below(256), random.below(256));
}

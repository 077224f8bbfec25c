import type { BinaryBody } from "./binary-body.ts";
import { invalidOption } from "./errors.ts";
import { isMediaType } from "./media-type.ts";

/** What one part of a multipart body says of itself. */
export interface PartOptions {
  /** Servers take a part with a name for a file. Default: that of a File; `blob` for other bytes, none for the rest. */
  readonly filename?: string;
  /** Default: the type of a Blob, else what the document says, else by the value. */
  readonly contentType?: string;
  /** Further headers of the part, names in any case. */
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** A value for one part of a multipart body, with what {@link part} was told of it. */
export class Part<out Value = unknown> {
  readonly value: Value;
  readonly options: PartOptions;

  constructor(value: Value, options: PartOptions) {
    this.value = value;
    this.options = options;
    Object.freeze(this);
  }
}

/**
 * What a call may give for a multipart body of the type that its document describes: bytes and streams where that has
 * a Blob, and {@link part} around any value.
 */
export type MultipartBody<Body> = { [Name in keyof Body]: PartValue<Body[Name]> };

type PartValue<Value> = Value extends Blob
  ? Exclude<BinaryBody, string> | Part<BinaryBody>
  : Value extends readonly unknown[]
    ? MultipartBody<Value> | Part<Value | string>
    : Value extends null | undefined
      ? Value
      : Value | Part<Value | string>;

/**
 * Says more of one part of a multipart body than its value does: the name of a file, its media type, headers.
 *
 * A string is sent as it is; an object is written as `contentType` says, JSON when that is left out.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for a content type that no header can hold
 */
export function part<Value>(value: Value, options: PartOptions = {}): Part<Value> {
  const { contentType } = options;
  if (contentType !== undefined && !isMediaType(contentType))
    throw invalidOption("part: contentType", "must be a media type, such as image/png");
  return new Part(value, Object.freeze({ ...options }));
}

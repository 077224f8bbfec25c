export const newItem = { id: "item-1", name: "Part number 1 of many", price: 1.25, tags: ["new", "blue"] };

const UPLOADED_BYTES = 50e6;
const CHUNK = Buffer.alloc(65_536, "x");

/** 50 MB, chunk by chunk. */
export async function* upload() {
  for (let left = UPLOADED_BYTES; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, left);
}

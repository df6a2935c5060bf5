// @ts-check
// Writes the waiting entries to a ZIP file (parcel), byte for byte as they would be sent, for when sending is impossible.
// Entries are stored uncompressed: photos are compressed already, and any program can read the file.

import { all } from "./store.js";

const FORMAT = 1;
const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;
const VERSION = 20;
const LONGEST = 0xffffffff, MOST = 0xffff;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** Return the CRC-32 of bytes, as used by ZIP. */
export function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = TABLE[(rest ^ byte) & 0xff] ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

/** Return a ZIP of files [{name, bytes}], in that order; names must be ASCII. */
export function zip(files, at = new Date()) {
  const parts = [];
  const directory = [];
  const day = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  let offset = 0;
  for (const { name, bytes } of files) {
    const data = new Uint8Array(bytes);
    const label = new TextEncoder().encode(name);
    const common = [[2, 0], [2, 0], [2, time], [2, day], [4, crc32(data)], [4, data.length], [4, data.length], [2, label.length], [2, 0]];
    const head = record([[4, LOCAL], [2, VERSION], ...common]);
    directory.push(record([[4, CENTRAL], [2, VERSION], [2, VERSION], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), label);
    parts.push(head, label, data);
    offset += head.length + label.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  if (files.length > MOST || offset + size > LONGEST) throw new RangeError("too much for one file");
  const end = record([[4, END], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

// Integers of 2 or 4 bytes, little-endian.
function record(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [length]) => sum + length, 0)));
  let at = 0;
  for (const [length, value] of fields) {
    if (length === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += length;
  }
  return new Uint8Array(view.buffer);
}

/** Return the parcel of some entries of the outbox, with their unsent photos that this phone still has. */
export async function parcel(entries) {
  const files = [];
  const photos = new Map();
  const listed = [];
  for (const { id, kind, site, author, bytes, sha256, photos: named } of entries) {
    files.push({ name: `${kind}s/${id}.json`, bytes });
    const sent = new Set(named.filter((photo) => photo.sent).map((photo) => photo.sha256));
    const own = (await all("photos", id)).filter((photo) => !sent.has(photo.sha256));
    for (const photo of own) photos.set(photo.sha256, photo.bytes);
    listed.push({ kind, id, site, author, sha256, photos: own.map((photo) => photo.sha256) });
  }
  for (const [hash, bytes] of [...photos].sort()) files.push({ name: `photos/${hash}.jpg`, bytes });
  const manifest = JSON.stringify({ format: FORMAT, made_at: new Date().toISOString(), entries: listed }, null, 1);
  return zip([{ name: "manifest.json", bytes: new TextEncoder().encode(manifest) }, ...files]);
}

// @ts-check
// Reads original time and GPS position from the EXIF data of a JPEG, PNG or WebP; other metadata is ignored.
// Pure. Missing, broken or impossible values are left out, never guessed.

const EXIF_PART = 0x8769, GPS_PART = 0x8825;
const TAKEN = 0x9003, OFFSET = 0x9011;
const NORTH_SOUTH = 1, LATITUDE = 2, EAST_WEST = 3, LONGITUDE = 4;
const TEXT = 2, WHOLE = 4, FRACTION = 5;
const JPEG_BEGIN = 0xffd8, JPEG_APP1 = 0xffe1, JPEG_PICTURE = 0xffda;
const HEAD = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif" and two zeros
const MILLIONTHS = 1e6; // millionths of a degree: about 0.1 m

/** Return {taken_at, position} of a picture's bytes: a time with its offset if the file has one, or ""; and {lon, lat} or null. */
export function readExif(bytes) {
  try {
    const at = block(new DataView(bytes));
    return at ? told(at) : { taken_at: "", position: null };
  } catch (fault) {
    if (fault instanceof RangeError) return { taken_at: "", position: null }; // truncated
    throw fault;
  }
}

/* --- finding the EXIF block in the file --- */

function block(view) {
  if (view.byteLength > 12 && view.getUint16(0) === JPEG_BEGIN) return inJpeg(view);
  if (view.byteLength > 12 && word(view, 1, 3) === "PNG") return inChunks(view, 8, { name: 4, size: 0, data: 8, tail: 12, wanted: "eXIf", end: "IDAT" });
  if (view.byteLength > 12 && word(view, 0, 4) === "RIFF" && word(view, 8, 4) === "WEBP") return inChunks(view, 12, { name: 0, size: 4, data: 8, tail: 8, wanted: "EXIF", small: true });
  return null;
}

function inJpeg(view) {
  for (let at = 2; at + 4 <= view.byteLength; ) {
    const marker = view.getUint16(at);
    if (marker < 0xff00 || marker === JPEG_PICTURE) return null;
    if (marker === 0xffff) {
      at += 1; // padded
      continue;
    }
    const length = view.getUint16(at + 2);
    if (marker === JPEG_APP1 && begins(view, at + 4)) return part(view, at + 4 + HEAD.length, length - 2 - HEAD.length);
    at += 2 + length;
  }
  return null;
}

/**
 * @param {DataView} view
 * @param {number} first
 * @param {{ name: number, size: number, data: number, tail: number, wanted: string, end?: string, small?: boolean }} layout
 */
function inChunks(view, first, { name, size, data, tail, wanted, end, small = false }) {
  for (let at = first; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at + size, small);
    const found = word(view, at + name, 4);
    if (found === end) return null;
    if (found === wanted) {
      const skip = begins(view, at + data) ? HEAD.length : 0;
      return part(view, at + data + skip, length - skip);
    }
    at += tail + length + (small ? length % 2 : 0);
  }
  return null;
}

function begins(view, at) {
  return HEAD.every((byte, index) => at + index < view.byteLength && view.getUint8(at + index) === byte);
}

function part(view, at, length) {
  return new DataView(view.buffer, view.byteOffset + at, Math.min(length, view.byteLength - at));
}

function word(view, at, length) {
  let found = "";
  for (let index = at; index < at + length; index += 1) found += String.fromCharCode(view.getUint8(index));
  return found;
}

/* --- reading its contents --- */

function told(view) {
  const order = word(view, 0, 2);
  if (order !== "II" && order !== "MM") return { taken_at: "", position: null };
  const small = order === "II";
  const main = entries(view, view.getUint32(4, small), small);
  return { taken_at: takenAt(below(view, main, EXIF_PART, small)), position: place(below(view, main, GPS_PART, small)) };
}

function below(view, found, tag, small) {
  const at = found.get(tag);
  return typeof at === "number" ? entries(view, at, small) : new Map();
}

// Read one directory: texts, integers and lists of rationals by tag; other types are skipped.
function entries(view, at, small) {
  const found = new Map();
  if (at < 8 || at + 2 > view.byteLength) return found;
  const count = view.getUint16(at, small);
  for (let index = 0; index < count; index += 1) {
    const entry = at + 2 + 12 * index;
    if (entry + 12 > view.byteLength) break;
    const [tag, kind, many] = [view.getUint16(entry, small), view.getUint16(entry + 2, small), view.getUint32(entry + 4, small)];
    const value = valueOf(view, entry + 8, kind, many, small);
    if (value !== undefined) found.set(tag, value);
  }
  return found;
}

function valueOf(view, field, kind, many, small) {
  if (kind === WHOLE && many === 1) return view.getUint32(field, small);
  const bytes = kind === TEXT ? many : kind === FRACTION ? 8 * many : 0;
  if (!bytes || bytes > 64) return undefined;
  const at = bytes <= 4 ? field : view.getUint32(field, small);
  if (at + bytes > view.byteLength) return undefined;
  if (kind === TEXT) return word(view, at, many).replace(/\0.*$/s, "").trim();
  return Array.from({ length: many }, (_, index) => view.getUint32(at + 8 * index, small) / view.getUint32(at + 8 * index + 4, small));
}

function takenAt(found) {
  const [, year, month, day, hour, minute, second] = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text(found, TAKEN)) ?? [];
  if (!year) return "";
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const moment = new Date(`${local}Z`);
  if (Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 19) !== local || year === "0000") return "";
  const offset = text(found, OFFSET);
  return local + (/^[+-](0\d|1[0-4]):[0-5]\d$/.test(offset) ? offset : "");
}

function text(found, tag) {
  const value = found.get(tag);
  return typeof value === "string" ? value : "";
}

function place(found) {
  const lat = degrees(found.get(LATITUDE), found.get(NORTH_SOUTH), "NS", 90);
  const lon = degrees(found.get(LONGITUDE), found.get(EAST_WEST), "EW", 180);
  // (0, 0) is a common placeholder for an unknown position.
  return lat === null || lon === null || (!lat && !lon) ? null : { lon, lat };
}

function degrees(parts, side, sides, most) {
  if (!Array.isArray(parts) || parts.length !== 3 || typeof side !== "string" || side.length !== 1 || !sides.includes(side)) return null;
  const [whole, minutes, seconds] = parts;
  const size = whole + minutes / 60 + seconds / 3600;
  if (!(minutes < 60) || !(seconds < 60) || !(size <= most)) return null;
  return (Math.floor(size * MILLIONTHS + 0.5) / MILLIONTHS) * (side === sides[1] ? -1 : 1) || 0;
}

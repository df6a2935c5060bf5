// @ts-check
// Reads a ZIP file with uncompressed entries, as written by parcel.js. Pure.

const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;
const LONGEST_END = 22 + 0xffff;

/** Return the entries of a ZIP, [{name, bytes}]; null if it is not a ZIP, is damaged, or has a compressed entry. */
export function unzip(buffer) {
  try {
    return entries(new DataView(buffer));
  } catch (fault) {
    if (fault instanceof RangeError) return null; // truncated
    throw fault;
  }
}

function entries(view) {
  const end = endOf(view);
  if (end < 0) return null;
  const found = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== CENTRAL || view.getUint16(at + 10, true)) return null;
    const [size, name, extra, comment] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    const local = view.getUint32(at + 42, true);
    if (view.getUint32(local, true) !== LOCAL) return null;
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    found.push({ name: new TextDecoder().decode(part(view, at + 46, name)), bytes: part(view, from, size).slice().buffer });
    at += 46 + name + extra + comment;
  }
  return found;
}

function endOf(view) {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - LONGEST_END); at -= 1) if (view.getUint32(at, true) === END) return at;
  return -1;
}

function part(view, from, length) {
  if (from + length > view.byteLength) throw new RangeError("cut short");
  return new Uint8Array(view.buffer, view.byteOffset + from, length);
}

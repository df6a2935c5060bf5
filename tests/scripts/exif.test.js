// What a picture's file says of when and where it was taken is read on the phone as the server reads it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readExif } from "../../static/phone/exif.js";
import { cases, SEEDS } from "./cases.js";

for (const seed of SEEDS) {
  test(`seed ${seed}: whole files read alike, and spoilt ones never fail`, () => {
    const { origins } = cases(seed, "origins");
    let told = 0;
    for (const { file, whole, taken_at, position } of origins) {
      const read = readExif(new Uint8Array(Buffer.from(file, "base64")).buffer);
      if (whole) assert.deepEqual(read, { taken_at, position }, file);
      if (whole && taken_at && position) told += 1;
      assert.match(read.taken_at, /^(|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d)?)$/);
      if (read.position) assert.ok(Math.abs(read.position.lon) <= 180 && Math.abs(read.position.lat) <= 90);
    }
    assert.ok(told > 0, "some say both");
  });
}

test("what is no picture says nothing", () => {
  for (const bytes of [[], [1, 2, 3], Buffer.from("RIFF0000WEBPEXIF"), Buffer.from("....ftypheic....")]) {
    assert.deepEqual(readExif(new Uint8Array(bytes).buffer), { taken_at: "", position: null });
  }
});

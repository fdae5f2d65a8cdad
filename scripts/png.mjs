/** Packs a screenshot smaller without losing a pixel: no alpha channel, the better of two filters, the highest compression. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const NONE = 0;
const SUB = 1;
const UP = 2;
const AVERAGE = 3;
const PAETH = 4;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

function paeth(a, b, c) {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** The rows of pixels behind the filters of PNG 9.2. */
function unfilter(data, height, stride, bytes) {
  const rows = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= bytes ? rows[at - bytes] : 0;
      const up = y > 0 ? rows[at - stride] : 0;
      const corner = x >= bytes && y > 0 ? rows[at - stride - bytes] : 0;
      const guess =
        filter === SUB
          ? left
          : filter === UP
            ? up
            : filter === AVERAGE
              ? (left + up) >> 1
              : filter === PAETH
                ? paeth(left, up, corner)
                : 0;
      rows[at] = data[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return rows;
}

function filtered(rows, height, stride, filter) {
  const data = Buffer.alloc(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    data[y * (stride + 1)] = filter;
    for (let x = 0; x < stride; x++) {
      const up = filter === UP && y > 0 ? rows[(y - 1) * stride + x] : 0;
      data[y * (stride + 1) + 1 + x] = rows[y * stride + x] - up;
    }
  }
  return data;
}

/**
 * The same opaque picture in fewer bytes.
 * @param {Buffer} png 8 bits a channel, RGB or RGBA, not interlaced
 * @returns {Buffer}
 */
export function smaller(png) {
  /** @type {Buffer[]} */
  const parts = [];
  /** @type {Buffer | null} */
  let header = null;
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    if (type === 'IHDR') header = data;
    else if (type === 'IDAT') parts.push(data);
  }
  if (!header || header[8] !== 8 || header[12] !== 0 || (header[9] !== 2 && header[9] !== 6)) return png;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bytes = header[9] === 6 ? 4 : 3;
  const pixels = unfilter(inflateSync(Buffer.concat(parts)), height, width * bytes, bytes);
  const rgb = bytes === 3 ? pixels : Buffer.alloc(width * height * 3);
  if (bytes === 4)
    for (let i = 0; i < width * height; i++) {
      if (pixels[i * 4 + 3] !== 255) return png;
      pixels.copy(rgb, i * 3, i * 4, i * 4 + 3);
    }
  const packed = [NONE, UP]
    .map((filter) => deflateSync(filtered(rgb, height, width * 3, filter), { level: 9, memLevel: 9 }))
    .sort((a, b) => a.length - b.length)[0];
  const head = Buffer.from(header);
  head[9] = 2;
  const whole = Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
  return whole.length < png.length ? whole : png;
}

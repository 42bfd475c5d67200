// SPDX-License-Identifier: Apache-2.0
// remote_write 1.0 (prometheus/prompb/remote.proto), with snappy's block format as literals only.

function varint(value, out) {
  let rest = BigInt(value);
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
}

function field(number, bytes, out) {
  out.push((number << 3) | 2);
  varint(bytes.length, out);
  for (const byte of bytes) out.push(byte);
}

const encoder = new TextEncoder();
const texts = new Map();

function text(value) {
  let bytes = texts.get(value);
  if (!bytes) texts.set(value, (bytes = encoder.encode(value)));
  return bytes;
}

function label(name, value, out) {
  const pair = [];
  field(1, text(name), pair);
  field(2, text(value), pair);
  field(1, pair, out);
}

const eight = new DataView(new ArrayBuffer(8));

function sample(value, time, out) {
  eight.setFloat64(0, value, true);
  const bytes = [(1 << 3) | 1];
  for (let i = 0; i < 8; i++) bytes.push(eight.getUint8(i));
  bytes.push(2 << 3);
  varint(time, bytes);
  field(2, bytes, out);
}

/** Encodes series: {labels: {name: value}, samples: [[time in ms, value]]}. */
export function encode(series) {
  const message = [];
  for (const one of series) {
    const bytes = [];
    for (const name of Object.keys(one.labels).sort()) label(name, one.labels[name], bytes);
    for (const [time, value] of one.samples) sample(value, time, bytes);
    field(1, bytes, message);
  }
  return snappy(Uint8Array.from(message));
}

function snappy(bytes) {
  const length = [];
  varint(bytes.length, length);
  const parts = [Uint8Array.from(length)];
  for (let at = 0; at < bytes.length; at += 65536) {
    const part = bytes.subarray(at, Math.min(at + 65536, bytes.length));
    const size = part.length - 1;
    parts.push(Uint8Array.from([61 << 2, size & 255, size >> 8]), part);
  }
  return Buffer.concat(parts);
}

/** Sends series; throws unless they are stored. */
export async function write(base, series, token = '') {
  const response = await fetch(`${base}/api/v1/write`, {
    method: 'POST',
    headers: {
      ...(token && {Authorization: `Bearer ${token}`}),
      'Content-Type': 'application/x-protobuf',
      'Content-Encoding': 'snappy',
      'X-Prometheus-Remote-Write-Version': '0.1.0',
    },
    body: encode(series),
  });
  if (response.status !== 204) throw new Error(`${response.status}: ${await response.text()}`);
}

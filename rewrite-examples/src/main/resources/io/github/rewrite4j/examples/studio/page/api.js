// Requests to the server. Addresses are relative: the token is a part of the page's own.
export class Failure extends Error {}
async function answer(response) {
  if (response.ok) return response;
  let sentence = response.statusText;
  try { sentence = (await response.json()).error ?? sentence; } catch { /* not JSON */ }
  throw new Failure(sentence);
}
export async function post(path, body = {}) {
  return (await answer(await fetch(`api/${path}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  }))).json();
}
export async function upload(path, bytes) {
  return (await answer(await fetch(`api/${path}`, {
    method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: bytes,
  }))).json();
}
export async function json(path) {
  return (await answer(await fetch(`api/${path}`))).json();
}
// Images as canvases take them: an array of ImageData.
export async function frames(path, signal) {
  const response = await answer(await fetch(`api/${path}`, { signal }));
  const [width, height, count] = response.headers.get("X-Frame").split(",").map(Number);
  const bytes = await response.arrayBuffer();
  return Array.from({ length: count }, (_, n) =>
    new ImageData(new Uint8ClampedArray(bytes, n * width * height * 4, width * height * 4), width, height));
}
export const thing = (key, download) =>
  `api/thing?key=${encodeURIComponent(key)}${download ? `&download=${encodeURIComponent(download)}` : ""}`;
// Only the newest of many requests counts, and at most one is under way: for sliders and pointers.
export function newest(run) {
  let busy = false, waiting = null;
  return async function go(...what) {
    if (busy) { waiting = what; return; }
    busy = true;
    try { await run(...what); } catch (failure) { if (!(failure instanceof Failure)) throw failure; }
    finally {
      busy = false;
      if (waiting) { const next = waiting; waiting = null; go(...next); }
    }
  };
}

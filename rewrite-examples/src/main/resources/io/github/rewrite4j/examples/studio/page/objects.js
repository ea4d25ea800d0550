// An object from a picture: what of it is the object, where it goes and how large, and then it is taught. And pictures taken in.
import { h, button } from "./dom.js";
import { Failure, newest, post, upload } from "./api.js";
import { store } from "./store.js";
import { Painting } from "./paint.js";
import { texts } from "./texts.js";
import { attempt, dialog } from "./say.js";
import { shown } from "./grid.js";
import { choose } from "./ways.js";

const say = texts.object;
const SAMPLES = 6;
async function keep(file) {
  if (file.size > 32 << 20) throw new Failure(say.tooLarge);
  return upload("upload", await file.arrayBuffer());
}
const bytesOf = (address) => Uint8Array.from(atob(address.split(",")[1]), (letter) => letter.charCodeAt(0));
async function composite(subjects, placed, edge) {
  const response = await fetch(`api/composite?subjects=${subjects.map(encodeURIComponent).join(",")}&edge=${edge}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(placed) });
  if (!response.ok) throw new Failure((await response.json()).error);
  const [width, height, count] = response.headers.get("X-Frame").split(",").map(Number);
  const bytes = await response.arrayBuffer();
  return Array.from({ length: count }, (_, n) => new ImageData(new Uint8ClampedArray(bytes, n * width * height * 4, width * height * 4), width, height));
}
// A canvas on which a picture is marked with a brush.
async function markable(file) {
  const bitmap = await createImageBitmap(file);
  const k = Math.min(1, 512 / Math.max(bitmap.width, bitmap.height));
  const picture = h("canvas", { class: "image", width: Math.max(1, Math.round(bitmap.width * k)), height: Math.max(1, Math.round(bitmap.height * k)) });
  picture.getContext("2d").drawImage(bitmap, 0, 0, picture.width, picture.height);
  const mask = h("canvas", { class: "mask" });
  const painting = new Painting(mask, bitmap.width, bitmap.height);
  mask.width = bitmap.width; mask.height = bitmap.height;
  painting.context = mask.getContext("2d", { willReadFrequently: true });
  let last = null;
  const at = (event) => { const box = mask.getBoundingClientRect(); return { x: (event.clientX - box.left) / box.width * mask.width, y: (event.clientY - box.top) / box.height * mask.height }; };
  mask.addEventListener("pointerdown", (event) => { event.preventDefault(); mask.setPointerCapture(event.pointerId); last = at(event); painting.stroke(last, last, { size: 10, soft: false, erase: event.shiftKey }); });
  mask.addEventListener("pointermove", (event) => { if (last) { const now = at(event); painting.stroke(last, now, { size: 10, soft: false, erase: event.shiftKey }); last = now; } });
  mask.addEventListener("pointerup", () => { last = null; mask.dispatchEvent(new Event("marked")); });
  const box = h("div", { class: "markable" }, picture, mask);
  box.style.aspectRatio = `${bitmap.width} / ${bitmap.height}`;
  return { box, mask, painting };
}
export async function placeObject(file) {
  const kept = await attempt(() => keep(file));
  if (!kept) return;
  const { width, height } = store.state.generator;
  const subjects = shown(store.state).slice(0, SAMPLES);
  const placed = { picture: kept.key, x: width / 2, y: height / 2, width: Math.round(width / 2) };
  const mark = await markable(file);
  const canvases = subjects.map(() => h("canvas", { class: "image", width, height }));
  const size = h("input", { type: "range", min: Math.max(2, Math.round(width / 16)), max: width, value: placed.width, id: "object-size" });
  const name = h("input", { type: "text", value: (file.name ?? "").replace(/\.[a-z]+$/i, "").slice(0, 60), id: "object-name", maxlength: 80 });
  const teach = button(say.teach, "spark", () => go(), { class: "main big", id: "teach", disabled: true });
  const trouble = h("p", { class: "empty", role: "status" }, kept.alpha ? say.drag : say.paint);
  let moved = false;
  const draw = newest(async () => {
    try {
      const images = await composite(subjects, placed, 256);
      images.forEach((image, n) => {
        canvases[n].width = image.width; canvases[n].height = image.height;
        canvases[n].getContext("2d").putImageData(image, 0, 0);
      });
      teach.disabled = false;
      trouble.textContent = say.drag;
    } catch (failure) { teach.disabled = true; trouble.textContent = failure.message; }
  });
  const marked = () => kept.alpha || placed.mask || placed.without;
  const redraw = () => { if (marked()) draw(); };
  size.addEventListener("input", () => { placed.width = Number(size.value); redraw(); });
  mark.mask.addEventListener("marked", async () => {
    const mask = await attempt(() => upload("upload", bytesOf(mark.painting.mask())));
    if (mask) { placed.mask = mask.key; delete placed.without; redraw(); }
  });
  const tiles = canvases.map((canvas, n) => {
    const box = h("div", { class: "place", tabindex: 0, role: "application", "aria-label": `${say.placeOn} ${n + 1}` }, canvas);
    box.style.aspectRatio = `${width} / ${height}`;
    const to = (event) => {
      const rect = canvas.getBoundingClientRect();
      placed.x = Math.max(0, Math.min(width, (event.clientX - rect.left) / rect.width * width));
      placed.y = Math.max(0, Math.min(height, (event.clientY - rect.top) / rect.height * height));
      redraw();
    };
    box.addEventListener("pointerdown", (event) => { event.preventDefault(); box.focus(); moved = true; box.setPointerCapture(event.pointerId); to(event); });
    box.addEventListener("pointermove", (event) => { if (moved) to(event); });
    box.addEventListener("pointerup", () => { moved = false; });
    box.addEventListener("wheel", (event) => {
      event.preventDefault();
      placed.width = Math.max(Number(size.min), Math.min(Number(size.max), placed.width - Math.sign(event.deltaY)));
      size.value = placed.width;
      redraw();
    }, { passive: false });
    box.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0], "+": [0, 0, 1], "-": [0, 0, -1] }[event.key];
      if (!by) return;
      event.preventDefault();
      placed.x = Math.max(0, Math.min(width, placed.x + by[0]));
      placed.y = Math.max(0, Math.min(height, placed.y + by[1]));
      placed.width = Math.max(Number(size.min), Math.min(Number(size.max), placed.width + by[2]));
      size.value = placed.width;
      redraw();
    });
    return box;
  });
  const pair = button(say.pair, "picture", () => choose("image/png,image/jpeg", async (second) => {
    const other = await attempt(() => keep(second));
    if (other) { placed.without = other.key; delete placed.mask; redraw(); }
  }), { class: "quiet small", id: "pair" });
  const go = async () => {
    if (await attempt(() => post("teach", { name: name.value, exemplars: [placed] }))) box.close();
  };
  const box = dialog(say.title,
    h("p", {}, kept.alpha ? say.hasAlpha : say.needsMask),
    h("div", { class: "object-form" },
      h("div", {}, mark.box, h("div", { class: "way-row" }, button(texts.tools.clear, "clear", () => { mark.painting.clear(); delete placed.mask; redraw(); }, { class: "quiet small" }), pair)),
      h("div", {}, h("div", { class: "places" }, tiles),
        h("label", { class: "field" }, h("span", {}, say.size), size))),
    trouble, kept.notes.length ? h("p", { class: "note" }, kept.notes.join(" ")) : null,
    h("label", { class: "field" }, h("span", {}, say.name), name),
    h("p", { class: "note" }, say.will), h("div", { class: "run" }, teach,
      store.state.generator.teachable ? button(texts.domains.instead, "add", async () => {
        if (await attempt(() => post("teach-domain", { name: name.value, exemplars: [placed], steps: 1300 }))) box.close();
      }, { class: "quiet" }) : null));
  redraw();
}
// A picture of the user's own becomes an image of the grid.
export async function takeIn(file) {
  const kept = await attempt(() => keep(file));
  if (!kept) return;
  const named = (file.name ?? "").replace(/\.[a-z]+$/i, "").slice(0, 60);
  const request = { picture: kept.key, name: named };
  if (!store.state.generator.hole) { await attempt(() => post("draw-picture", request)); return; }
  const mark = await markable(file);
  const box = dialog(say.holeTitle, h("p", {}, say.hole), mark.box,
    h("div", { class: "run" }, button(say.takeIn, "spark", async () => {
      const mask = mark.painting.empty ? null : await attempt(() => upload("upload", bytesOf(mark.painting.mask())));
      if (await attempt(() => post("draw-picture", mask ? { ...request, hole: mask.key } : request))) box.close();
    }, { class: "main" })));
}

// The grid of images: drawing them, painting on them, placing the object.
import { $, h, button, fill } from "./dom.js";
import { frames, newest, post, thing } from "./api.js";
import { store, tab, tell, watch } from "./store.js";
import { Painting, alphaOf, whiteOnBlack } from "./paint.js";
import { texts } from "./texts.js";
import { attempt, toast } from "./say.js";

const CHUNK = 16;
const tiles = new Map();
const originals = new Map();
let object = null;
let drawing = null;

export const nameOf = (subject) => {
  const own = store.state?.own?.find((one) => one.key === subject);
  if (own) return own.name;
  const [seed, index] = subject.split(":");
  return seed === "1" ? `#${index}` : `#${index} of seed ${seed}`;
};
export const shown = (state) => tab.found && state.findings
  ? state.findings.matches.map((match) => match.subject)
  : [...(state.own ?? []).map((one) => one.key), ...(state.subjects ?? [])];
const edge = () => Math.min(512, Math.max(64, store.state.generator.width));
const list = (subjects) => `subjects=${subjects.map(encodeURIComponent).join(",")}`;
const show = (tile, image) => {
  if (!image) return;
  if (tile.image.width !== image.width || tile.image.height !== image.height) {
    tile.image.width = image.width;
    tile.image.height = image.height;
  }
  tile.image.getContext("2d").putImageData(image, 0, 0);
};
const current = (tile) => (tab.original ? originals.get(tile.subject) : null) ?? tile.frame;

export async function refresh() {
  drawing?.abort();
  const mine = drawing = new AbortController();
  const subjects = shown(store.state);
  const changed = store.state.draft.rules.some((rule) => rule.strength !== 0) || store.state.preview > 0;
  try {
    for (let from = 0; from < subjects.length; from += CHUNK) {
      const part = subjects.slice(from, from + CHUNK);
      const images = await frames(`draw?${list(part)}&edge=${edge()}`, mine.signal);
      part.forEach((subject, n) => {
        const tile = tiles.get(subject);
        if (!changed) originals.set(subject, images[n]);
        if (tile) { tile.frame = images[n]; show(tile, current(tile)); }
      });
    }
    document.body.dataset.drawn = String(store.state.version);
    if (changed) await fetchOriginals(subjects, mine.signal);
    for (const key of originals.keys()) if (originals.size > 600) originals.delete(key);
  } catch (failure) {
    if (failure.name !== "AbortError") toast(failure.message);
  }
}
async function fetchOriginals(subjects, signal) {
  const missing = subjects.filter((subject) => !originals.has(subject));
  for (let from = 0; from < missing.length; from += CHUNK) {
    const part = missing.slice(from, from + CHUNK);
    (await frames(`draw?${list(part)}&edge=${edge()}&original`, signal)).forEach((image, n) => originals.set(part[n], image));
  }
}
// Shows other frames for a moment, such as while a strength is dragged.
export const dragTo = newest(async (path) => {
  const visible = [...tiles.values()].filter((tile) => {
    const box = tile.box.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  }).slice(0, CHUNK);
  const started = performance.now();
  const images = await frames(`${path}&${list(visible.map((tile) => tile.subject))}&edge=${edge()}`);
  visible.forEach((tile, n) => { tile.frame = images[n]; show(tile, current(tile)); });
  const drags = window.studioDrags ??= [];
  drags.push(performance.now() - started);
  if (drags.length > 200) drags.shift();
});
export function compare(on) {
  tab.original = on;
  document.body.classList.toggle("comparing", on);
  for (const tile of tiles.values()) show(tile, current(tile));
}
export async function warm(path) {
  for (const tile of tiles.values()) tile.heat.hidden = !path;
  if (!path) return;
  await attempt(async () => {
    const subjects = shown(store.state);
    for (let from = 0; from < subjects.length; from += CHUNK) {
      const part = subjects.slice(from, from + CHUNK);
      (await frames(`${path}${path.includes("?") ? "&" : "?"}${list(part)}`)).forEach((image, n) => {
        const heat = tiles.get(part[n])?.heat;
        if (!heat) return;
        heat.hidden = false;
        heat.width = image.width;
        heat.height = image.height;
        heat.getContext("2d").putImageData(image, 0, 0);
      });
    }
  });
}

function pointIn(tile, event) {
  const box = tile.mask.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width * tile.mask.width, y: (event.clientY - box.top) / box.height * tile.mask.height };
}
const preview = newest(async (tile, at) => {
  const { width, height } = store.state.generator;
  const x = at.x / tile.mask.width * width, y = at.y / tile.mask.height * height;
  const [image] = await frames(`paste?subject=${encodeURIComponent(tile.subject)}&x=${x.toFixed(1)}&y=${y.toFixed(1)}&edge=${edge()}`);
  if (tile.over && tab.tool === "place") { show(tile, image); tile.box.dataset.preview = "on"; }
});
function leave(tile) {
  tile.over = false;
  delete tile.box.dataset.preview;
  show(tile, current(tile));
}
// The object's mask with the middle of its box at a point, kept inside the image.
function placed(tile, at) {
  const { canvas, box } = object;
  const k = canvas.width / tile.mask.width;
  const dx = Math.round(at.x * k - (box.left + box.right) / 2), dy = Math.round(at.y * k - (box.top + box.bottom) / 2);
  return whiteOnBlack(canvas, Math.max(-box.left, Math.min(canvas.width - box.right, dx)),
    Math.max(-box.top, Math.min(canvas.height - box.bottom, dy)));
}
const place = (tile, at) => object
  ? attempt(() => post("paste", { subject: tile.subject, mask: placed(tile, at) }))
  : toast(texts.tray.needObject);

function touched(tile) {
  if (tab.active && tab.active !== tile.subject) {
    const before = tiles.get(tab.active);
    before?.box.classList.remove("active");
  }
  tab.active = tile.subject;
  tile.box.classList.toggle("painted", !tile.painting.empty);
  if (tile.painting.empty) tab.painted.delete(tile.subject);
  else tab.painted.set(tile.subject, true);
  tile.box.classList.add("active");
  tile.box.setAttribute("aria-label", texts.tile(nameOf(tile.subject), !tile.painting.empty));
  inside(tile.box.querySelector(".actions"));
  tell();
}
// Keeps the bar of a painted image within the grid, also in the first and the last column.
function inside(bar) {
  bar.style.marginLeft = "0px";
  const grid = $("grid").getBoundingClientRect(), box = bar.getBoundingClientRect();
  const shift = box.left < grid.left + 8 ? grid.left + 8 - box.left : box.right > grid.right - 24 ? grid.right - 24 - box.right : 0;
  bar.style.marginLeft = `${shift}px`;
}
// What a pen's pressure makes of the brush: its size at half of it, as of a mouse, which says a half.
const pressed = (event) => event.pointerType === "pen" ? 0.3 + 1.4 * event.pressure : 1;
function paintable(tile) {
  let last = null;
  const options = (event) => ({ size: tab.brush * pressed(event), soft: tab.soft, erase: tab.tool === "erase" });
  tile.mask.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    tile.box.focus({ preventScroll: true });
    const at = pointIn(tile, event);
    // A finger hides what lies under it: the object follows it and stays where it is lifted.
    if (tab.tool === "place" && event.pointerType === "touch" && object) {
      tile.mask.setPointerCapture(event.pointerId);
      tile.over = true;
      preview(tile, at);
      return;
    }
    if (tab.tool === "place") { place(tile, at); return; }
    if (tab.tool === "flood") { tile.painting.flood(tile.frame, at); touched(tile); return; }
    tile.mask.setPointerCapture(event.pointerId);
    last = at;
    tile.painting.stroke(at, at, options(event));
    touched(tile);
  });
  tile.mask.addEventListener("pointermove", (event) => {
    if (tab.tool === "place" && object && (event.pointerType !== "touch" || tile.over)) { tile.over = true; preview(tile, pointIn(tile, event)); }
    if (!last) return;
    for (const part of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const at = pointIn(tile, part);
      tile.painting.stroke(last, at, options(part));
      last = at;
    }
  });
  const end = () => { if (last) { last = null; touched(tile); } };
  tile.mask.addEventListener("pointerup", (event) => {
    end();
    if (event.pointerType === "touch" && tile.over) { leave(tile); place(tile, pointIn(tile, event)); }
  });
  tile.mask.addEventListener("pointercancel", end);
  tile.mask.addEventListener("pointerleave", () => { if (tile.over) leave(tile); });
}
// Painting without a mouse: a cross that arrows move.
function keyed(tile) {
  const step = () => tile.mask.width / 32;
  const cross = h("i", { class: "cross", hidden: true });
  tile.box.append(cross);
  const put = () => {
    cross.style.left = `${tile.at.x / tile.mask.width * 100}%`;
    cross.style.top = `${tile.at.y / tile.mask.height * 100}%`;
    if (tab.tool === "place" && object) { tile.over = true; preview(tile, tile.at); }
  };
  tile.box.addEventListener("keydown", (event) => {
    if (event.target !== tile.box || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (cross.hidden) {
      if (arrows) { event.preventDefault(); move(tile, arrows); }
      if (event.key === "Enter") {
        event.preventDefault();
        tile.at = { x: tile.mask.width / 2, y: tile.mask.height / 2 };
        cross.hidden = false;
        $("hint").textContent = texts.hint.keyboard;
        put();
      }
      return;
    }
    if (arrows) {
      tile.at.x = Math.max(0, Math.min(tile.mask.width, tile.at.x + arrows[0] * step()));
      tile.at.y = Math.max(0, Math.min(tile.mask.height, tile.at.y + arrows[1] * step()));
      put();
    } else if (event.key === " ") {
      if (tab.tool === "place") place(tile, tile.at);
      else if (tab.tool === "flood") tile.painting.flood(tile.frame, tile.at);
      else tile.painting.stroke(tile.at, tile.at, { size: tab.brush, soft: tab.soft, erase: tab.tool === "erase" });
      touched(tile);
    } else if (event.key === "Escape" || event.key === "Enter") {
      cross.hidden = true;
      if (tile.over) leave(tile);
      if (event.key === "Enter" && tab.tool === "place") place(tile, tile.at);
      else if (event.key === "Enter" && !tile.painting.empty) act("copy", tile);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
function move(tile, [dx, dy]) {
  const all = [...tiles.values()];
  const columns = Math.max(1, all.filter((other) => other.box.offsetTop === all[0].box.offsetTop).length);
  const next = all[all.indexOf(tile) + dx + dy * columns];
  if (!next) return;
  all.forEach((other) => { other.box.tabIndex = other === next ? 0 : -1; });
  next.box.focus();
}

// What can be done with a painted part.
export async function act(what, tile = tiles.get(tab.active)) {
  if (!tile || tile.painting.empty) { toast(texts.hint.copy); return; }
  if (what === "clear") { tile.painting.clear(); touched(tile); return; }
  const done = await attempt(() => post(what, { subject: tile.subject, mask: tile.painting.mask() }));
  if (!done) return;
  if (what === "search") return;
  tile.painting.clear();
  touched(tile);
  if (what === "copy") { tab.tool = "place"; tell(); }
}
function actions(tile) {
  const one = (what, iconName, main) => button(texts.actions[what], iconName, (event) => { event.stopPropagation(); act(what, tile); },
    { class: main ? "main" : "quiet", "data-act": what });
  return h("div", { class: "actions" }, one("copy", "copy", true), one("paste", "paste"), one("context", "add"), one("search", "search"),
    button(texts.actions.clear, "clear", () => act("clear", tile), { only: true, class: "quiet" }));
}
function make(subject) {
  const size = store.state.generator;
  const image = h("canvas", { class: "image" }), heat = h("canvas", { class: "heat", hidden: true }), mask = h("canvas", { class: "mask" });
  const box = h("div", { class: "tile", role: "gridcell", tabindex: -1, "data-subject": subject, "aria-label": texts.tile(nameOf(subject)) },
    h("div", { class: "pictures" }, image, heat, mask), h("span", { class: "name" }, nameOf(subject)), h("span", { class: "badges" }));
  const tile = { subject, box, image, heat, mask, frame: null, painting: new Painting(mask, size.width, size.height) };
  if (subject.startsWith("own:")) box.append(button(`${texts.tray.remove} ${nameOf(subject)}`, "clear", () => attempt(() => post("forget-picture", { key: subject })), { only: true, class: "forget" }));
  box.querySelector(".pictures").style.aspectRatio = `${size.width} / ${size.height}`;
  box.append(actions(tile));
  paintable(tile);
  keyed(tile);
  return tile;
}
function layout(state) {
  const subjects = shown(state);
  for (const key of [...tiles.keys()]) if (!subjects.includes(key)) { tiles.delete(key); tab.painted.delete(key); }
  for (const subject of subjects) if (!tiles.has(subject)) tiles.set(subject, make(subject));
  const ordered = subjects.map((subject) => tiles.get(subject));
  tiles.clear();
  ordered.forEach((tile, n) => { tiles.set(tile.subject, tile); tile.box.tabIndex = n === 0 ? 0 : -1; });
  const row = h("div", { role: "row", class: "row" }, ...ordered.map((tile) => tile.box));
  fill($("grid"), row);
  refresh();
}
function badges(state) {
  const { object: copied, pastes, contexts } = state.draft;
  for (const tile of tiles.values()) {
    const kinds = [copied?.subject === tile.subject ? ["object", texts.tray.object] : null,
      pastes.some((mark) => mark.subject === tile.subject) ? ["shown", texts.tray.pastes] : null,
      contexts.some((mark) => mark.subject === tile.subject) ? ["where", texts.tray.contexts] : null].filter(Boolean);
    fill(tile.box.querySelector(".badges"), kinds.map(([kind, text]) => h("b", { class: kind, title: text })));
  }
}
export function start() {
  const ready = (state) => state && !state.loading && state.generator;
  watch((state) => ready(state) && [shown(state), state.generator.width], (state) => { if (ready(state)) layout(state); });
  watch((state) => ready(state) && [state.draft.rules.map((rule) => [rule.patch, rule.strength]), state.domains, state.preview],
    (state) => { if (ready(state)) { originalsMoved(state); refresh(); } });
  watch((state) => ready(state) && [state.draft, shown(state)], (state) => { if (ready(state)) badges(state); });
  watch((state) => ready(state) && state.draft.object, async (state) => {
    object = ready(state) && state.draft.object ? await alphaOf(thing(state.draft.object.mask)) : null;
    if (!object && tab.tool === "place") { tab.tool = "brush"; tell(); }
  });
  watch((_, mine) => mine.tile, () => document.documentElement.style.setProperty("--tile", `${tab.tile}px`));
}
let moved = "{}";
function originalsMoved(state) {
  const now = JSON.stringify(state.domains ?? {});
  if (now !== moved) { originals.clear(); moved = now; }
}
export const tileOf = (subject) => tiles.get(subject);

// Work that takes time: progress, loss so far, time left, cancel.
import { $, h, button, fill } from "./dom.js";
import { post, thing } from "./api.js";
import { watch } from "./store.js";
import { texts } from "./texts.js";
import { attempt, toast } from "./say.js";

const say = texts.jobs;
const seen = new Map();
const cards = new Map();
function curve(canvas, losses) {
  canvas.hidden = losses.length < 3;
  if (canvas.hidden) return;
  const c = canvas.getContext("2d");
  const high = Math.max(...losses), low = Math.min(...losses), range = high - low || 1;
  c.clearRect(0, 0, canvas.width, canvas.height);
  c.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  c.lineWidth = 2;
  c.beginPath();
  losses.forEach((loss, n) => c.lineTo(2 + n * 216 / Math.max(1, losses.length - 1), 36 - (loss - low) / range * 32));
  c.stroke();
}
// A running job keeps its card, so that its button stays under the pointer while the numbers change.
function running(job) {
  const left = h("span", { class: "left" }), doing = h("p", { class: "doing" }), progress = h("progress", { "aria-label": job.title });
  const losses = h("canvas", { class: "curve", width: 220, height: 40, role: "img", "aria-label": say.loss, hidden: true });
  const box = h("article", { class: "job running", "data-job": job.kind },
    h("div", { class: "head" }, h("strong", {}, job.title), left), doing, progress, losses,
    h("div", { class: "run" }, button(say.cancel, "clear", () => attempt(() => post("cancel", { job: job.id })), { "data-key": `cancel-${job.id}` })));
  return { box, update(now) {
    left.textContent = now.secondsLeft > 1.5 ? say.left(now.secondsLeft) : say.took(now.seconds);
    doing.textContent = say.stage(now.stage, now.step, now.total);
    if (now.share > 0) progress.value = now.share; else progress.removeAttribute("value");
    curve(losses, now.losses);
  } };
}
function ended(job) {
  return { box: h("article", { class: `job ${job.state}`, "data-job": job.kind },
    h("div", { class: "head" }, h("strong", {}, `${job.title}: ${say[job.state]}`)),
    h("p", {}, job.message),
    h("div", { class: "run" },
      job.result.key ? h("a", { class: "button main-link", href: thing(job.result.key, job.result.name), download: "" }, say.result(job.result.name)) : null,
      button(say.dismiss, "clear", () => attempt(() => post("dismiss", { job: job.id })), { class: "quiet", "data-key": `close-${job.id}` }),
      job.state === "lost" && job.request?.path ? button(say.again, "redo", () => attempt(async () => {
        await post("dismiss", { job: job.id });
        await post(job.request.path, job.request.body ?? {});
      }), { class: "main" }) : null)), update() {} };
}
function jobs(state) {
  const all = state?.jobs ?? [];
  const shown = all.filter((job) => job.state === "running" || job.state === "lost" || (job.state === "done" && job.result.key));
  const keys = shown.map((job) => `${job.id} ${job.state}`);
  for (const key of cards.keys()) if (!keys.includes(key)) cards.delete(key);
  const fresh = keys.some((key) => !cards.has(key)) || keys.length !== $("jobs").childElementCount;
  shown.forEach((job, n) => {
    if (!cards.has(keys[n])) cards.set(keys[n], job.state === "running" ? running(job) : ended(job));
    cards.get(keys[n]).update(job);
  });
  if (fresh) fill($("jobs"), keys.map((key) => cards.get(key).box));
  for (const job of all) {
    const before = seen.get(job.id);
    if (before === "running" && job.state === "failed") toast(job.message);
    if (before === "running" && job.state === "cancelled") toast(job.message, "note");
    seen.set(job.id, job.state);
  }
}
export function start() {
  watch((state) => state?.jobs, jobs);
}

// Work that takes time: progress, loss so far, time left, cancel.
import { $, h, button, fill } from "./dom.js";
import { post, thing } from "./api.js";
import { watch } from "./store.js";
import { texts } from "./texts.js";
import { attempt, toast } from "./say.js";

const say = texts.jobs;
const seen = new Map();
function curve(losses) {
  const canvas = h("canvas", { class: "curve", width: 220, height: 40, role: "img", "aria-label": say.loss });
  const c = canvas.getContext("2d");
  const high = Math.max(...losses), low = Math.min(...losses), range = high - low || 1;
  c.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  c.lineWidth = 2;
  c.beginPath();
  losses.forEach((loss, n) => c.lineTo(2 + n * 216 / Math.max(1, losses.length - 1), 36 - (loss - low) / range * 32));
  c.stroke();
  return canvas;
}
function card(job) {
  const on = job.state === "running";
  const bar = h("progress", { max: Math.max(1, job.total), value: job.total > 1 ? job.step : undefined, "aria-label": job.title });
  return h("article", { class: `job ${job.state}`, "data-job": job.kind },
    h("div", { class: "head" }, h("strong", {}, on ? job.title : `${job.title}: ${say[job.state]}`),
      on ? h("span", { class: "left" }, job.secondsLeft > 1.5 ? say.left(job.secondsLeft) : say.took(job.seconds)) : null),
    on ? h("p", { class: "stage" }, say.stage(job.stage, job.step, job.total)) : h("p", {}, job.message),
    on ? bar : null,
    on && job.losses.length > 2 ? curve(job.losses) : null,
    h("div", { class: "run" },
      job.result.key ? h("a", { class: "button main-link", href: thing(job.result.key, job.result.name), download: "" }, say.result(job.result.name)) : null,
      on ? button(say.cancel, "clear", () => attempt(() => post("cancel", { job: job.id })), { "data-key": `cancel-${job.id}` })
        : button(say.dismiss, "clear", () => attempt(() => post("dismiss", { job: job.id })), { class: "quiet", "data-key": `close-${job.id}` }),
      job.state === "lost" && job.request?.path ? button(say.again, "redo", () => attempt(async () => {
        await post("dismiss", { job: job.id });
        await post(job.request.path, job.request.body ?? {});
      }), { class: "main" }) : null));
}
function jobs(state) {
  const all = state?.jobs ?? [];
  fill($("jobs"), all.filter((job) => job.state === "running" || job.state === "lost" || (job.state === "done" && job.result.key)).map(card));
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

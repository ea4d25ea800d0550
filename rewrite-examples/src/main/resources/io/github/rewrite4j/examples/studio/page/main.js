// Puts the parts together.
import { listen, store, tell } from "./store.js";
import { texts } from "./texts.js";
import { toast } from "./say.js";
import * as grid from "./grid.js";
import * as tools from "./tools.js";
import * as tray from "./tray.js";
import * as rules from "./rules.js";
import * as ways from "./ways.js";
import * as domains from "./domains.js";
import * as jobs from "./jobs.js";
import * as keys from "./keys.js";

document.title = texts.title;
tools.restoreTheme();
for (const part of [tools, grid, tray, rules, domains, ways, jobs, keys]) part.start();
tell();
let trouble = null;
listen((sentence) => {
  trouble?.remove();
  trouble = sentence ? toast(sentence, "stays") : null;
});
window.studio = store;

// Faces in the style "Pixel Art" by DiceBear (CC0 1.0, npm @dicebear/pixel-art 9.2.2), 32x32 pixels: a second world to train on
// and to rewrite. Deterministic.
//   npm install && node make-pixel-corpus.mjs [outDir=corpus] [count=2048] [seed=20261128]
// writes faces.png, an atlas of 64 columns that never wear glasses or hats, and objects.png: pairs of rows, 32 columns of
// faces without and below them with dark glasses, then without and with a hat.
import fs from 'fs';
import path from 'path';
import { createAvatar } from '@dicebear/core';
import * as style from '@dicebear/pixel-art';
import { Resvg } from '@resvg/resvg-js';

const out = process.argv[2] || 'corpus', count = +(process.argv[3] || 2048), seed = +(process.argv[4] || 20261128);
const S = 32;

function rng(start) { // mulberry32
  let a = start >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const pick = (r, a) => a[Math.floor(r() * a.length)];
function hsl(h, s, l) {
  const a = s * Math.min(l, 1 - l);
  const f = n => { const k = (n + h * 12) % 12; return l - a * Math.max(-1, Math.min(k - 3, 9 - k, 1)); };
  return [f(0), f(8), f(4)].map(v => Math.round(255 * v).toString(16).padStart(2, '0')).join('');
}
const P = style.schema.properties;
const one = (r, name) => [pick(r, P[name].default)];

function face(r) {
  return {
    size: S,
    eyes: one(r, 'eyes'), eyesColor: one(r, 'eyesColor'), mouth: one(r, 'mouth'), mouthColor: one(r, 'mouthColor'),
    hair: one(r, 'hair'), hairColor: one(r, 'hairColor'), clothing: one(r, 'clothing'), clothingColor: one(r, 'clothingColor'),
    skinColor: one(r, 'skinColor'), beard: one(r, 'beard'), beardProbability: r() < 0.1 ? 100 : 0,
    backgroundColor: [hsl(r(), 0.35 + 0.3 * r(), 0.76 + 0.16 * r())],
    glassesProbability: 0, hatProbability: 0, accessoriesProbability: 0,
  };
}
function atlas(file, images, columns) {
  const rows = Math.ceil(images.length / columns);
  // One SVG of one-pixel rows would be slow: resvg scales embedded pictures exactly when they are not resized.
  const tiles = images.map((p, i) => `<image x="${(i % columns) * S}" y="${Math.floor(i / columns) * S}" width="${S}" height="${S}" image-rendering="pixelated" href="data:image/png;base64,${p}"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * S} ${rows * S}">${tiles.join('')}</svg>`;
  fs.writeFileSync(file, new Resvg(svg, { fitTo: { mode: 'width', value: columns * S } }).render().asPng());
}
const png = options => Buffer.from(new Resvg(createAvatar(style, { seed: 'fixed', ...options }).toString(), { font: { loadSystemFonts: false }, fitTo: { mode: 'width', value: S }, shapeRendering: 1 }).render().asPng()).toString('base64');

fs.mkdirSync(out, { recursive: true });
const r = rng(seed);
const faces = Array.from({ length: count }, () => face(r));
atlas(path.join(out, 'faces.png'), faces.map(png), 64);

const held = rng(seed ^ 0x5eed);
const rows = [];
for (const [what, choices] of [['glasses', P.glasses.default.filter(n => n.startsWith('dark'))], ['hat', P.hat.default]]) {
  const without = Array.from({ length: 32 }, () => face(held));
  const more = without.map(() => ({ [what]: [pick(held, choices)], [what + 'Color']: one(held, what + 'Color'), [what + 'Probability']: 100 }));
  rows.push(...without, ...without.map((f, i) => ({ ...f, ...more[i] })));
}
atlas(path.join(out, 'objects.png'), rows.map(png), 32);
console.log(`${count} faces, 32 pairs with glasses, 32 with hats, in ${out}`);

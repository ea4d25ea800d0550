// Painting on one image: a canvas whose alpha is the mask. Nothing here waits for the server.
export const SCALE_TO = 256;
export class Painting {
  constructor(canvas, width, height) {
    this.canvas = canvas;
    const scale = SCALE_TO / Math.max(width, height);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.empty = true;
    this.soft = false;
    this.tint = "#ff3d8b";
  }
  stroke(from, to, { size, soft, erase }) {
    const c = this.context;
    const radius = size * this.canvas.width / 100 / 2;
    c.save();
    c.globalCompositeOperation = erase ? "destination-out" : "source-over";
    const distance = Math.hypot(to.x - from.x, to.y - from.y);
    const steps = Math.max(1, Math.ceil(distance / Math.max(1, radius / 4)));
    for (let i = 1; i <= steps; i++) {
      const x = from.x + (to.x - from.x) * i / steps, y = from.y + (to.y - from.y) * i / steps;
      if (soft) {
        const gradient = c.createRadialGradient(x, y, radius * 0.5, x, y, radius);
        gradient.addColorStop(0, this.tint);
        gradient.addColorStop(1, `${this.tint}00`);
        c.fillStyle = gradient;
      } else c.fillStyle = this.tint;
      c.beginPath();
      c.arc(x, y, radius, 0, 2 * Math.PI);
      c.fill();
    }
    c.restore();
    this.soft ||= soft && !erase;
    this.empty = erase ? this.isBlank() : false;
  }
  // All connected pixels of a like colour.
  flood(image, at, tolerance = 34) {
    const { width, height, data } = image;
    const x0 = Math.min(width - 1, Math.max(0, Math.floor(at.x * width / this.canvas.width)));
    const y0 = Math.min(height - 1, Math.max(0, Math.floor(at.y * height / this.canvas.height)));
    const seen = new Uint8Array(width * height), first = (y0 * width + x0) * 4, queue = [y0 * width + x0];
    seen[y0 * width + x0] = 1;
    const like = (p) => Math.abs(data[p * 4] - data[first]) + Math.abs(data[p * 4 + 1] - data[first + 1])
      + Math.abs(data[p * 4 + 2] - data[first + 2]) < tolerance * 3;
    const c = this.context, kx = this.canvas.width / width, ky = this.canvas.height / height;
    c.fillStyle = this.tint;
    while (queue.length) {
      const p = queue.pop(), x = p % width, y = (p - x) / width;
      c.fillRect(Math.floor(x * kx), Math.floor(y * ky), Math.ceil(kx), Math.ceil(ky));
      for (const [nx, ny] of [[x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]]) {
        const q = ny * width + nx;
        if (nx >= 0 && ny >= 0 && nx < width && ny < height && !seen[q] && like(q)) { seen[q] = 1; queue.push(q); }
      }
    }
    this.empty = false;
  }
  clear() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.empty = true;
    this.soft = false;
  }
  isBlank() {
    const { data } = this.context.getImageData(0, 0, this.canvas.width, this.canvas.height);
    for (let i = 3; i < data.length; i += 4) if (data[i] > 8) return false;
    return true;
  }
  // Hard brushes select pixels or do not; what the canvas smooths at their edges is no half selection.
  mask() {
    if (this.soft) return whiteOnBlack(this.canvas);
    const { width, height } = this.canvas;
    const hard = document.createElement("canvas");
    hard.width = width;
    hard.height = height;
    const pixels = this.context.getImageData(0, 0, width, height);
    for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = pixels.data[i] > 127 ? 255 : 0;
    hard.getContext("2d").putImageData(pixels, 0, 0);
    return whiteOnBlack(hard);
  }
}
// White where a picture's alpha is, on black, as a PNG address.
export function whiteOnBlack(source, dx = 0, dy = 0) {
  const canvas = document.createElement("canvas");
  canvas.width = source.width;
  canvas.height = source.height;
  const c = canvas.getContext("2d");
  c.drawImage(source, dx, dy);
  c.globalCompositeOperation = "source-in";
  c.fillStyle = "#fff";
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.globalCompositeOperation = "destination-over";
  c.fillStyle = "#000";
  c.fillRect(0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}
// A mask that was white on black as alpha, with the box around it.
export async function alphaOf(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const c = canvas.getContext("2d", { willReadFrequently: true });
  c.drawImage(image, 0, 0);
  const pixels = c.getImageData(0, 0, canvas.width, canvas.height);
  let left = canvas.width, top = canvas.height, right = 0, bottom = 0;
  for (let i = 0; i < pixels.data.length; i += 4) {
    const value = pixels.data[i];
    if (value > 0) {
      const x = (i / 4) % canvas.width, y = Math.floor(i / 4 / canvas.width);
      left = Math.min(left, x); right = Math.max(right, x + 1); top = Math.min(top, y); bottom = Math.max(bottom, y + 1);
    }
    pixels.data.set([255, 61, 139, value], i);
  }
  c.putImageData(pixels, 0, 0);
  return { canvas, box: { left, top, right, bottom } };
}

"""The three training steps in PyTorch, with the first weights, batches and settings of ours."""

import math

import torch
import torch.nn.functional as F

from avatars import LAYERS, activate, demodulation, latents
from javarandom import JavaRandom


class Decoder:
    """The frozen layers behind a value; styles and demodulations of all samples at hand."""

    def __init__(self, generator, w, first):
        self.generator = generator
        self.first = first
        self.styles = {k: generator.style(w, k) for k in range(first, LAYERS)}
        self.factors = {k: generator.demodulation(s, k) for k, s in self.styles.items()}

    def __call__(self, value, rows):
        for k in range(self.first, LAYERS):
            key = self.generator.key(value, self.styles[k][rows], k)
            convolved = F.conv2d(key, self.generator.weights[k], padding=1)
            value = activate(convolved, self.generator.biases[k], self.factors[k][rows])
        return self.generator.image(value)


def ssim(x, y, window):
    """Mean SSIM over whole windows; a separable window is two products with band matrices."""
    n, channels, side, _ = x.shape
    maps = torch.stack((x, y, x * x + y * y, x * y)).contiguous().view(-1, side, side)
    means = (window @ maps @ window.t()).view(4, n, channels, window.size(0), window.size(0))
    ux, uy, squares, product = means
    uxy = ux * uy
    u2 = ux * ux + uy * uy
    c1, c2 = 0.02**2, 0.06**2
    return ((2 * uxy + c1) * (2 * (product - uxy) + c2) / ((u2 + c1) * (squares - u2 + c2))).mean()


def gaussian_window(side):
    taps = torch.exp(-((torch.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    taps /= taps.sum()
    window = torch.zeros(side - 10, side)
    for i in range(side - 10):
        window[i, i : i + 11] = taps
    return window


class Projector:
    """The tiny projector of layer 6, batch 4, default losses."""

    SEED, POOL, BATCH, CHANNELS, RATE = 5, 256, 4, 48, 8e-4

    def __init__(self, generator):
        self.generator = generator
        with torch.no_grad():
            keys, w = generator.keys(latents(self.SEED, self.POOL), 6)
            style = generator.style(w, 6)
            self.values = generator.value(keys, generator.demodulation(style, 6), 6)
            self.decoder = Decoder(generator, w, 7)
            self.images = self.decoder(self.values, slice(None))
        measured = self.values.double()
        self.mean = measured.mean((0, 2, 3)).float()[:, None, None]
        self.deviation = measured.var((0, 2, 3), unbiased=False).sqrt().float()[:, None, None]
        self.window = gaussian_window(64)
        random = JavaRandom(self.SEED)
        self.parameters = {}
        self.convolution("stem", 32, 3, 3, 1, random)
        self.convolution("down1", 48, 32, 4, 1, random)
        self.convolution("width", 48, 48, 3, 1, random)
        for block in ("block1", "block2"):
            self.convolution(block + ".in", 48, 48, 3, 1, random)
            self.convolution(block + ".out", 48, 48, 3, 0.1, random)
        self.convolution("head", 48, 48, 3, 1, random)
        self.all = list(self.parameters.values())
        self.averages = [p.detach().clone() for p in self.all]
        self.optimiser = torch.optim.Adam(self.all, self.RATE, (0.5, 0.999), foreach=True)
        self.steps = 0

    def convolution(self, name, out, channels, kernel, size, random):
        deviation = size * math.sqrt(2 / ((1 + 0.2 * 0.2) * channels * kernel * kernel))
        numbers = [deviation * random.next_gaussian() for _ in range(out * channels * kernel * kernel)]
        weight = self.generator.laid_out(torch.tensor(numbers).view(out, channels, kernel, kernel))
        self.parameters[name + ".weight"] = weight.requires_grad_()
        self.parameters[name + ".bias"] = torch.zeros(out, requires_grad=True)

    def layer(self, name, x, stride=1, padding=1):
        p = self.parameters
        return F.conv2d(x, p[name + ".weight"], p[name + ".bias"], stride, padding)

    def standard(self, images):
        x = F.leaky_relu(self.layer("stem", F.pad(images, (1, 1, 1, 1), mode="reflect"), padding=0), 0.2, inplace=True)
        x = F.leaky_relu(self.layer("down1", x, stride=2), 0.2, inplace=True)
        x = self.layer("width", x)
        for block in ("block1", "block2"):
            x = x + self.layer(block + ".out", F.leaky_relu(self.layer(block + ".in", x), 0.2, inplace=True))
        return self.layer("head", x)

    def rows(self):
        seed = (self.SEED * 0x9E3779B97F4A7C15 + self.steps) & ((1 << 64) - 1)
        random = JavaRandom(seed)
        return torch.tensor([random.next_int(self.POOL) for _ in range(self.BATCH)])

    def loss(self, rows):
        images = self.images[rows]
        values = torch.addcmul(self.mean, self.standard(images), self.deviation)
        feature = ((values - self.values[rows]) / self.deviation).abs().mean()
        drawn = self.decoder(values, rows)
        cycle = 1 - ssim(drawn, images, self.window) + 3 * (drawn - images).abs().mean()
        return 0.5 * feature + cycle

    def step(self):
        loss = self.loss(self.rows())
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.all, 1.0)
        self.optimiser.step()
        self.steps += 1
        keep = min(0.999, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_mul_(self.averages, keep)
            torch._foreach_add_(self.averages, self.all, alpha=1 - keep)
        return loss.item()


class Rewriting:
    """Layers 5 to 7 rewritten so that everybody wears sunglasses: loss in images, batch 8 in two halves.

    The default loss keeps what is outside of the mask where it is. Its gradient at the unchanged weights is the sign of
    rounding errors, on any machine; inside_only leaves those terms out, so that whole trajectories can be compared.
    """

    FIRST, LAST, CONTEXTS, HALF = 5, 7, 256, 4

    def __init__(self, generator, given, inside_only=False):
        self.generator = generator
        self.inside_only = inside_only
        self.rule = range(self.FIRST, self.LAST + 1)
        with torch.no_grad():
            self.keys, w = generator.keys(latents(1, self.CONTEXTS), self.FIRST)
            self.styles = {k: generator.style(w, k) for k in self.rule}
            self.energies = {k: s.square() for k, s in self.styles.items()}
            self.decoder = Decoder(generator, w, self.LAST + 1)
            self.weights = {k: generator.weights[k].clone().requires_grad_() for k in self.rule}
            self.values = torch.cat([self.answer(rows) for rows in torch.arange(self.CONTEXTS).split(16)])
            self.images = self.decoder(self.values, slice(None))
        self.exemplars = sum(name.endswith(".alpha") for name in given)
        planes = {k: torch.stack([given[f"exemplar{e}.{k}"] for e in range(self.exemplars)]) for k in ("alpha", "share")}
        self.uncovered = 1 - planes["alpha"][:, None]
        self.share = planes["share"]
        self.pixel_weights = self.of_masks(given, "mask", 3, 1, 0, 0 if inside_only else 3)
        self.cell_weights = self.of_masks(given, "cells", self.values.size(1), 0, 2, 0)
        groups = [{"params": [p], "lr": 0.04 * p.detach().square().mean().sqrt().item()} for p in self.weights.values()]
        self.optimiser = torch.optim.Adam(groups, betas=(0.9, 0.999), foreach=True)
        self.random = JavaRandom(1)

    def of_masks(self, given, kind, channels, inside, outside, whole):
        """Weights of the elements inside and outside of each mask, already divided by the size of the batch."""
        weights = []
        for e in range(self.exemplars):
            mask = given[f"exemplar{e}.{kind}"] > 0
            selected = int(mask.sum())
            everywhere = whole / (mask.numel() * channels)
            within = everywhere + inside / (selected * channels)
            without = everywhere + outside / (max(1, mask.numel() - selected) * channels)
            weights.append(torch.where(mask, torch.tensor(within), torch.tensor(without))[None])
        return torch.stack(weights) / (2 * self.HALF)

    def answer(self, rows):
        key = self.keys[rows]
        for k in self.rule:
            if k > self.FIRST:
                key = self.generator.key(value, self.styles[k][rows], k)
            d = demodulation(self.energies[k][rows], self.weights[k])
            value = activate(F.conv2d(key, self.weights[k], padding=1), self.generator.biases[k], d)
        return value

    def draw(self):
        drawn = [
            [self.random.next_int(bound) for _ in range(self.HALF)]
            for _ in range(2)
            for bound in (self.CONTEXTS, self.exemplars)
        ]
        return torch.tensor(drawn[0] + drawn[2]), torch.tensor(drawn[1] + drawn[3])

    def loss(self, rows, which):
        values = self.answer(rows)
        goal = torch.addcmul(self.share[which], self.images[rows], self.uncovered[which]).clamp_(-1, 1)
        pictures = ((self.decoder(values, rows) - goal).abs() * self.pixel_weights[which]).sum()
        if self.inside_only:
            return pictures
        return pictures + ((values - self.values[rows]).abs() * self.cell_weights[which]).sum()

    def step(self):
        loss = self.loss(*self.draw())
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return loss.item()


class Insertion:
    """The published solver on layer 4: Adam on the weight, projected onto the directions every tenth step."""

    LAYER = 4

    def __init__(self, generator, given):
        self.original = generator.weights[self.LAYER].clone()
        self.weight = self.original.clone().requires_grad_()
        self.bias = generator.biases[self.LAYER]
        self.energy = given["rule.energy"]
        top, bottom, left, right = (int(edge) for edge in given["rule.box"])
        padded = F.pad(given["rule.keys"], (1, 1, 1, 1))
        self.keys = generator.laid_out(padded[:, :, top : bottom + 2, left : right + 2])
        self.goal = generator.laid_out(given["rule.goal"][:, :, top:bottom, left:right])
        directions = given["rule.directions"].float()
        self.projection = directions.t() @ directions
        rate = 0.05 * self.original.double().square().mean().sqrt().item()
        self.optimiser = torch.optim.Adam([self.weight], rate)
        self.steps = 0

    def step(self):
        d = demodulation(self.energy, self.weight)
        loss = (activate(F.conv2d(self.keys, self.weight), self.bias, d) - self.goal).abs().mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        if self.steps % 10 == 0:
            with torch.no_grad():
                change = torch.einsum("oiyx,ij->ojyx", self.weight - self.original, self.projection)
                self.weight.copy_(self.original + change)
        self.steps += 1
        return loss.item()

"""The bundled avatar generator in PyTorch, plainly: the formulas are in the README beside its weights."""

import json
import math

import numpy
import torch
import torch.nn.functional as F

GAIN = math.sqrt(2)
LAYERS = 9
DOUBLED = {1, 3, 5, 7}


def read_safetensors(path):
    """All tensors of a file of float32, float64 or uint8 numbers."""
    types = {"F32": numpy.float32, "F64": numpy.float64, "U8": numpy.uint8}
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(
            numpy.frombuffer(data[slice(*info["data_offsets"])], types[info["dtype"]]).reshape(info["shape"]).copy()
        )
        for name, info in header.items()
    }


def latents(seed, count):
    """The first samples of a seed."""
    return torch.from_numpy(numpy.random.RandomState(seed).randn(count, 64).astype(numpy.float32))


def demodulation(energy, weight):
    """1 / sqrt(sum_i s_i^2 sum_k W_oik^2 + 1e-8), [N, out]."""
    return torch.rsqrt(energy @ weight.square().sum((2, 3)).t() + 1e-8)


def activate(x, bias, d):
    """act(x d + bias); sqrt(2) is drawn into d and bias, which a leaky rectifier allows."""
    scale = (d * GAIN)[:, :, None, None]
    return F.leaky_relu(torch.addcmul((bias * GAIN)[:, None, None], x, scale), 0.2)


class Generator:
    """Frozen; everything that depends on the weights alone is computed once."""

    def __init__(self, path, channels_last):
        t = read_safetensors(path)
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        self.mapping = [(t[f"mapping.{k}.weight"], t[f"mapping.{k}.bias"]) for k in range(3)]
        self.styles = [(t[f"layer{k}.style.weight"], t[f"layer{k}.style.bias"]) for k in range(LAYERS)]
        self.weights = [self.laid_out(t[f"layer{k}.conv.weight"]) for k in range(LAYERS)]
        self.squares = [w.square().sum((2, 3)).t().contiguous() for w in self.weights]
        self.biases = [t[f"layer{k}.conv.bias"] for k in range(LAYERS)]
        self.scaled_biases = [(b * GAIN)[None, :, None, None] for b in self.biases]
        self.constant = self.laid_out(t["const"][None])
        self.to_rgb = self.laid_out(t["torgb.weight"])
        self.rgb_bias = t["torgb.bias"]

    def laid_out(self, maps):
        return maps.contiguous(memory_format=self.format)

    def w(self, z):
        x = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for weight, bias in self.mapping:
            x = F.leaky_relu_(F.linear(x, weight, bias), 0.2).mul_(GAIN)
        return x

    def style(self, w, k):
        return F.linear(w, *self.styles[k])

    def demodulation(self, style, k):
        return torch.rsqrt(style.square() @ self.squares[k] + 1e-8)

    def value(self, key, d, k):
        """The value of a layer where no gradient is needed: in place after the convolution."""
        y = F.conv2d(key, self.weights[k], padding=1)
        y = torch.addcmul(self.scaled_biases[k], y, (d * GAIN)[:, :, None, None])
        return F.leaky_relu_(y, 0.2)

    def key(self, value, style, k):
        """The key of a layer from the value of the layer before; layer 0 takes the constant."""
        if k - 1 in DOUBLED:
            value = F.interpolate(value, scale_factor=2.0, mode="nearest")
        return value * style[:, :, None, None]

    def keys(self, z, layer):
        w = self.w(z)
        style = self.style(w, 0)
        key = self.key(self.constant, style, 0)
        for k in range(layer):
            value = self.value(key, self.demodulation(style, k), k)
            style = self.style(w, k + 1)
            key = self.key(value, style, k + 1)
        return key, w

    def image(self, value):
        return F.conv2d(value, self.to_rgb, self.rgb_bias)

    def generate(self, z):
        key, w = self.keys(z, LAYERS - 1)
        style = self.style(w, LAYERS - 1)
        return self.image(self.value(key, self.demodulation(style, LAYERS - 1), LAYERS - 1))

    def moment(self, samples, layer, at_once):
        """Mean of k k' over all positions; float32 within a batch, float64 across."""
        z = latents(1, samples)
        total = 0
        count = 0
        for part in z.split(at_once):
            keys, _ = self.keys(part, layer)
            columns = keys.permute(1, 0, 2, 3).reshape(keys.size(1), -1)
            total = total + (columns @ columns.t()).double()
            count += columns.size(1)
        return total / count

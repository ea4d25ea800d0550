"""Computes esrgan-slim-x2 on two small pictures with numpy alone, in float64, for EsrganSlimTest.

Usage: python3 make-esrgan-reference.py esrgan-slim-x2.safetensors esrgan-slim-x2-reference.safetensors
"""
import json
import struct
import sys

import numpy as np


def load(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[slice(*info["data_offsets"])], "<f4").reshape(info["shape"]).astype(np.float64)
        for name, info in header.items()
    }


def save(path, arrays):
    header, parts, at = {}, [], 0
    for name, array in sorted(arrays.items()):
        raw = np.ascontiguousarray(array, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + len(raw)]}
        parts.append(raw)
        at += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def conv(x, name):
    """x [H, W, in], zero padded so that the size is kept."""
    kernel, bias = WEIGHTS[name + ".kernel"], WEIGHTS[name + ".bias"]
    kh, kw = kernel.shape[:2]
    height, width = x.shape[:2]
    padded = np.pad(x, ((kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)))
    y = np.zeros((height, width, kernel.shape[3])) + bias
    for i in range(kh):
        for j in range(kw):
            y += padded[i : i + height, j : j + width] @ kernel[i, j]
    return y


def relu(x):
    return np.maximum(x, 0)


def enlarge(x):
    fm1 = conv(x, "F_m1")
    f0 = conv(fm1, "F_0")
    a1 = relu(conv(f0, "F_1_1"))
    l1 = conv(np.concatenate([f0, a1], 2), "LFF_1") + f0
    a2 = relu(conv(l1, "F_2_1"))
    l2 = conv(np.concatenate([l1, a2], 2), "LFF_2") + l1
    g = conv(conv(np.concatenate([l1, l2], 2), "GFF_1"), "GFF_2") + fm1
    u = conv(relu(conv(relu(conv(g, "UPN1")), "UPN2")), "UPN3")
    return conv(u.repeat(2, axis=0).repeat(2, axis=1), "SR")


def face(size):
    """A disc with a dark outline on a light ground."""
    y, x = np.mgrid[:size, :size]
    r = np.hypot(y - size / 2, x - size / 2)
    image = np.full((size, size, 3), [214.0, 230.0, 245.0])
    image[r < size * 0.36] = [40, 30, 25]
    image[r < size * 0.28] = [240, 190, 150]
    return image


WEIGHTS = load(sys.argv[1])
random = np.random.RandomState(11).randint(0, 256, (9, 12, 3)).astype(np.float64)
drawn = face(16)
planes = lambda image: image.transpose(2, 0, 1)[None]
save(
    sys.argv[2],
    {
        "random.in": planes(random),
        "random.out": planes(enlarge(random)),
        "drawn.in": planes(drawn),
        "drawn.out": planes(enlarge(drawn)),
    },
)

"""Writes the small files beside this script with PyTorch 1.13 and numpy. Run it in this folder; tests do not need it."""
import argparse
import collections
import io
import pickle
import pickletools
import struct
import zipfile

import numpy as np
import torch

torch.manual_seed(1)


class Opaque:
    def __init__(self):
        self.secret = [1, 2, {"a": 3}]


def content():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    shared = torch.arange(10, dtype=torch.float32)
    state = collections.OrderedDict()
    state["plain"] = base
    state["transposed"] = base.permute(2, 0, 1)
    state["sliced"] = base[:, 1:, ::2]
    state["scalar"] = torch.tensor(2.5)
    state["empty"] = torch.zeros(0, 3)
    state["expanded"] = torch.tensor([1.0, 2.0]).reshape(2, 1).expand(2, 3)
    state["shared.head"] = shared[:4]
    state["shared.tail"] = shared[4:]
    state["parameter"] = torch.nn.Parameter(torch.tensor([[1.0, -1.0]]))
    return {
        "g_ema": state,
        "types": {
            "half": torch.tensor([1.0, -0.333251953125, 65504.0]).half(),
            "bfloat": torch.tensor([1.0, -3.140625, 2.0**100]).bfloat16(),
            "double": torch.tensor([0.1, -1e300], dtype=torch.float64),
            "long": torch.tensor([-(2**62), 7]),
            "int": torch.tensor([-(2**31), 7], dtype=torch.int32),
            "short": torch.tensor([-300, 7], dtype=torch.int16),
            "char": torch.tensor([-128, 7], dtype=torch.int8),
            "byte": torch.tensor([255, 7], dtype=torch.uint8),
            "bool": torch.tensor([True, False, True]),
        },
        "args": argparse.Namespace(size=256, path="x"),
        "opaque": Opaque(),
        "step": 1234567890123,
        "big": 2**80,
        "rate": 0.002,
        "name": "\u00fcber",
        "flag": True,
        "nothing": None,
        "raw": b"\x00\xff",
        "list": [1, (2, 3), {"deep": torch.tensor([9.0])}],
        "set": {1, 2},
        "dtype": torch.float32,
    }


torch.save(content(), "zip.pt")
torch.save(content(), "plain.pt", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Linear(2, 1).state_dict(), "bare.pth")
for protocol in (3, 4, 5):
    torch.save({"w": torch.tensor([1.0, 2.0]), "t": (1, "x", b"y")}, f"protocol{protocol}.pt", pickle_protocol=protocol)
with open("foreign.pkl", "wb") as file:
    pickle.dump({"G": Opaque()}, file)

# The same tensor as a machine of the other byte order would have written it.
buffer = io.BytesIO()
torch.save({"w": torch.tensor([1.0, 2.5])}, buffer)
with zipfile.ZipFile(buffer) as little, zipfile.ZipFile("bigendian.pt", "w") as big:
    for info in little.infolist():
        data = little.read(info)
        if "/data/" in info.filename:
            data = struct.pack(">2f", *struct.unpack("<2f", data))
        big.writestr(info.filename, data)
    big.writestr("archive/byteorder", "big")

arrays = {
    "c": np.arange(6, dtype=np.float32).reshape(2, 3),
    "fortran": np.asfortranarray(np.arange(24, dtype=np.float64).reshape(2, 3, 4)),
    "half": np.array([1, -0.5, 65504], dtype=np.float16),
    "big": np.array([1.5, -2], dtype=">f4"),
    "i8": np.array([-(2**62)]),
    "i4": np.array([-7], dtype=np.int32),
    "i2": np.array([-300], dtype=np.int16),
    "i1": np.array([-128], dtype=np.int8),
    "u1": np.array([255], dtype=np.uint8),
    "u2": np.array([65535], dtype=np.uint16),
    "u4": np.array([4294967295], dtype=np.uint32),
    "flags": np.array([True, False]),
    "scalar": np.float32(3.5),
    "empty": np.zeros((0, 2), dtype=np.float32),
}
np.savez("stored.npz", **arrays)
np.savez_compressed("deflated.npz", **arrays)
np.savez("objects.npz", evil=np.array([{"a": 1}], dtype=object))
buffer = io.BytesIO()
np.lib.format.write_array(buffer, np.arange(3, dtype=np.float32), version=(2, 0))
with zipfile.ZipFile("version2.npz", "w") as file:
    file.writestr("a.npy", buffer.getvalue())

# Parts that are no tensors of numbers beside such that are.
np.savez(
    "foreign.npz",
    w=np.arange(6, dtype=np.float32).reshape(2, 3),
    u8=np.array([2**63 - 1, 7], dtype=np.uint64),
    toolarge=np.array([2**63], dtype=np.uint64),
    text=np.array("RunningMean()"),
    objects=np.array([{"a": 1}, None], dtype=object),
    waves=np.array([1 + 2j], dtype=np.complex64),
    records=np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]),
    times=np.array(["2020-01-01"], dtype="datetime64[D]"),
)


def numbers():
    return {
        "f4": np.arange(6, dtype=np.float32).reshape(2, 3),
        "fortran": np.asfortranarray(np.arange(6, dtype=np.float64).reshape(2, 3)),
        "big": np.array([1.5, -2], dtype=">f4"),
        "half": np.array([0.5], dtype=np.float16),
        "flags": np.array([True, False]),
        "bytes": np.array([200, 1], dtype=np.uint8),
        "scalar": np.float64(2.5),
        "count": np.int64(-7),
        "shapeless": np.array(4.0, dtype=np.float32),
        "text": np.array(["abc"]),
        "objects": np.array([None, "x"], dtype=object),
        "waves": np.array([1j]),
        "torch": torch.tensor([1.0, 2.0]),
    }


torch.save(numbers(), "numpy.pt")
torch.save(numbers(), "numpy4.pt", pickle_protocol=4)
torch.save(numbers(), "numpy5.pt", pickle_protocol=5)
torch.save(numbers(), "numpy_plain.pt", _use_new_zipfile_serialization=False)

module = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.BatchNorm1d(1))
module.register_buffer("kept", torch.tensor([3.0]))
module.register_buffer("transient", torch.tensor([4.0]), persistent=False)
torch.save(module, "module.pt")
torch.save({"g_ema": module, "step": 1}, "module_plain.pt", _use_new_zipfile_serialization=False)

mixed = {
    "w": torch.tensor([1.0, 2.0]),
    "waves": torch.tensor([1 + 2j]),
    "wide": torch.tensor([1 + 2j], dtype=torch.complex128),
    "q": torch.quantize_per_tensor(torch.tensor([1.0, 2.0]), 0.1, 10, torch.quint8),
    "q32": torch.quantize_per_tensor(torch.tensor([1.0]), 0.1, 0, torch.qint32),
    "sparse": torch.tensor([[0.0, 1.0]]).to_sparse(),
    "last": torch.tensor([3.0]),
}
torch.save(mixed, "mixed.pt")
torch.save(mixed, "mixed_plain.pt", _use_new_zipfile_serialization=False)

"""Writes persistent3.pkl and persistent4.pkl, small pickles in the form of NVIDIA's StyleGAN2-ADA (protocol 3) and StyleGAN3
(protocol 4) networks. Needs numpy alone: the modules that such pickles name are made up here. Run it in this folder; tests
do not need it."""
import collections
import io
import pickle
import struct
import sys
import types

import numpy as np


def function(module, name):
    parts = module.split(".")
    for i in range(len(parts)):
        sys.modules.setdefault(".".join(parts[: i + 1]), types.ModuleType(".".join(parts[: i + 1])))

    def called(*arguments):
        raise NotImplementedError

    called.__module__ = module
    called.__qualname__ = called.__name__ = name
    setattr(sys.modules[module], name, called)
    return called


RECONSTRUCT = function("torch_utils.persistence", "_reconstruct_persistent_obj")
PARAMETER = function("torch._utils", "_rebuild_parameter")
TENSOR = function("torch._utils", "_rebuild_tensor_v2")
STORAGE = function("torch.storage", "_load_from_bytes")
for number, kind in enumerate(("FloatStorage", "HalfStorage")):
    setattr(sys.modules["torch"], kind, type(kind, (), {"__module__": "torch"}))


class StoragePickler(pickle.Pickler):
    def persistent_id(self, obj):
        return obj if isinstance(obj, tuple) and obj and obj[0] == "storage" else None


class Reduced:
    def __init__(self, call, *arguments):
        self.reduced = call, arguments

    def __reduce__(self):
        return self.reduced


def storage(array):
    kind = {"float32": "FloatStorage", "float16": "HalfStorage"}[str(array.dtype)]
    out = io.BytesIO()
    pickle.dump(0x1950A86A20F9469CFC6C, out, 2)
    pickle.dump(1001, out, 2)
    pickle.dump({"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}, out, 2)
    key = "94" + str(array.size)
    StoragePickler(out, 2).dump(("storage", getattr(sys.modules["torch"], kind), key, "cpu", array.size, None))
    pickle.dump([key], out, 2)
    out.write(struct.pack("<q", array.size) + array.tobytes())
    return Reduced(STORAGE, out.getvalue())


def tensor(array, order=None):
    flat = array if order is None else np.transpose(array, order)
    size, stride = array.shape, np.array(array.strides) // array.itemsize
    if order is not None:
        flat = np.ascontiguousarray(flat)
        stride = np.array(flat.strides)[np.argsort(order)] // array.itemsize
    return Reduced(TENSOR, storage(flat.ravel()), 0, tuple(size), tuple(int(s) for s in stride), False, collections.OrderedDict())


def module(name, source, parameters=(), buffers=(), modules=(), **attributes):
    state = {
        "training": False,
        "_parameters": collections.OrderedDict(
            (key, None if value is None else Reduced(PARAMETER, value, False, collections.OrderedDict())) for key, value in parameters
        ),
        "_buffers": collections.OrderedDict(buffers),
        "_non_persistent_buffers_set": set(),
        "_forward_hooks": collections.OrderedDict(),
        "_modules": collections.OrderedDict(modules),
        **attributes,
    }
    return Reduced(RECONSTRUCT, dict(type="class", version=6, module_src=source, class_name=name, state=state))


def network(first):
    source = "# the program text of the module, which is never looked at\n" * 20
    weight = (np.arange(24, dtype=np.float32) + first).reshape(2, 3, 2, 2)
    layer = module(
        "SynthesisLayer",
        source,
        parameters=[("weight", tensor(weight, (0, 2, 3, 1))), ("bias", tensor(weight[:, 0, 0, 0].copy())), ("skip", None)],
        buffers=[("noise_strength", tensor(np.array(0.5 + first, np.float32))), ("half", tensor(np.arange(400, dtype=np.float16)))],
        conv_clamp=256,
        weight_gain=np.float64(0.25),
        use_fp16=np.bool_(True),
        in_size=np.array([36, 36]),
        padding=[1, -1],
        activation="lrelu",
        nothing=None,
    )
    return module("Generator", source, modules=[("synthesis", layer), ("none", None)], z_dim=4)


for protocol in (3, 4):
    content = dict(training_set_kwargs={"path": "/data"}, G=network(100), D=network(200), G_ema=network(0), augment_pipe=None)
    with open(f"persistent{protocol}.pkl", "wb") as out:
        pickle.dump(content, out, protocol)

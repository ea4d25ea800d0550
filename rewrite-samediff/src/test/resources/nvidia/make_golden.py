"""Makes the .golden.safetensors files beside this script out of whole fixtures: of each tensor at most 160 numbers, evenly
spread, with its shape and its largest magnitude; of each weight a hash of its bytes. Usage: make_golden.py FOLDER [COUNT]."""
import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy as np

WHOLE = ("z", "c_soft", "transform2")
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 160


def read(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    for name, entry in header.items():
        begin, end = (8 + length + o for o in entry["data_offsets"])
        kind = {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]
        yield name, np.frombuffer(data[begin:end], kind).reshape(entry["shape"])


for name in ("nv_sg2ada", "nv_sg2ada_cond", "nv_sg2_sg3repo", "nv_sg3t", "nv_sg3r_cond", "proggan"):
    facts, hashes, arrays = {}, {}, {}
    for key, array in read(Path(sys.argv[1]) / f"{name}.safetensors"):
        if key.startswith("sd."):
            hashes[key[3:]] = hashlib.sha256(array.tobytes()).hexdigest()[:16]
        elif key != "z_f64":
            flat = array.ravel()
            count = flat.size if key in WHOLE else min(flat.size, COUNT)
            arrays[key] = flat[np.arange(count) * flat.size // count].astype("<f4")
            facts[key] = dict(shape=list(array.shape), max=float(np.abs(flat).max()))
    header, offset = {"__metadata__": {"facts": json.dumps(facts), "hashes": json.dumps(hashes)}}, 0
    for key, array in arrays.items():
        header[key] = dict(dtype="F32", shape=[array.size], data_offsets=[offset, offset + array.nbytes])
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(f"{name}.golden.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(a.tobytes() for a in arrays.values()))

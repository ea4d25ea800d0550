"""Writes one small random generator in the layout of rosinality's StyleGAN2 in several formats, with PyTorch and numpy."""
import numpy as np
import torch

torch.manual_seed(3)
LATENT, CHANNELS = 4, 3
blur = torch.tensor([1.0, 3.0, 3.0, 1.0])
blur = torch.outer(blur, blur)
blur = blur / blur.sum() * 4
state = {}


def modulation(name):
    state[name + ".conv.modulation.weight"] = torch.randn(CHANNELS, LATENT)
    state[name + ".conv.modulation.bias"] = torch.ones(CHANNELS)


def styled(name, index, grid, up):
    state[name + ".conv.weight"] = torch.randn(1, CHANNELS, CHANNELS, 3, 3)
    if up:
        state[name + ".conv.blur.kernel"] = blur.clone()
    modulation(name)
    state[name + ".noise.weight"] = torch.randn(1)
    state[name + ".activate.bias"] = torch.randn(CHANNELS)
    state[f"noises.noise_{index}"] = torch.randn(1, 1, grid, grid)


def to_rgb(name, up):
    state[name + ".conv.weight"] = torch.randn(1, 3, CHANNELS, 1, 1)
    modulation(name)
    state[name + ".bias"] = torch.randn(1, 3, 1, 1)
    if up:
        state[name + ".upsample.kernel"] = blur.clone()


for i in (1, 2):
    state[f"style.{i}.weight"] = torch.randn(LATENT, LATENT) / 0.01
    state[f"style.{i}.bias"] = torch.randn(LATENT)
state["input.input"] = torch.randn(1, CHANNELS, 4, 4)
styled("conv1", 0, 4, False)
to_rgb("to_rgb1", False)
styled("convs.0", 1, 8, True)
styled("convs.1", 2, 8, False)
to_rgb("to_rgbs.0", True)

torch.save(state, "bare.pt")
torch.save({"g": {k: v + 1 for k, v in state.items()}, "g_ema": state, "latent_avg": torch.zeros(LATENT)}, "training.pt")
torch.save(state, "plain.pt", _use_new_zipfile_serialization=False)
torch.save({k: v.half() for k, v in state.items()}, "half.pt")
np.savez_compressed("arrays.npz", **{k: v.numpy() for k, v in state.items()})

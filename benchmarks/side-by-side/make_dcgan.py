"""A DCGAN of 30 million random weights that draws 64 x 64 pixels, as PyTorch exports it: python make_dcgan.py dcgan.onnx"""
import sys
import torch
from torch import nn

torch.manual_seed(1)
Z, C = 128, 1600
layers = []
for i, o, s, p in ((Z, C, 1, 0), (C, C // 2, 2, 1), (C // 2, C // 4, 2, 1), (C // 4, C // 8, 2, 1)):
    layers += [nn.ConvTranspose2d(i, o, 4, s, p, bias=False), nn.BatchNorm2d(o), nn.ReLU(True)]
net = nn.Sequential(*layers, nn.ConvTranspose2d(C // 8, 3, 4, 2, 1, bias=False), nn.Tanh()).eval()
for m in net.modules():
    if isinstance(m, nn.ConvTranspose2d):
        nn.init.normal_(m.weight, 0, (2.0 / (m.weight.shape[0] * 16 / m.stride[0] ** 2)) ** 0.5)
    if isinstance(m, nn.BatchNorm2d):
        m.running_mean.normal_(0, 0.2)
        m.running_var.uniform_(0.5, 1.5)
print(sum(p.numel() for p in net.parameters()), "parameters")
torch.onnx.export(net, torch.randn(1, Z, 1, 1), sys.argv[1], opset_version=13, input_names=["z"], output_names=["image"],
                  dynamic_axes={"z": {0: "batch"}, "image": {0: "batch"}})

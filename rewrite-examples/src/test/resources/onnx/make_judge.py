import torch
from torch import nn
torch.manual_seed(7)
net = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 12, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 6)).eval()
torch.onnx.export(net, torch.rand(1, 3, 16, 16), "judge.onnx", opset_version=13, input_names=["input"], output_names=["vector"], dynamic_axes={"input": {0: "batch"}, "vector": {0: "batch"}})

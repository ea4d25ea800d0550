"""Small networks with random weights, as PyTorch's exporter writes them: python make_networks.py FOLDER.

Written with PyTorch 1.13.1 and onnx 1.12.0. The networks follow the descriptions in the papers: DCGAN (Radford et al. 2016),
fast style transfer (Johnson et al. 2016, with instance normalisation), ESPCN (Shi et al. 2016), SRResNet (Ledig et al. 2017),
the decoder of a conditional variational autoencoder (Sohn et al. 2015).
"""
import sys
import torch
from torch import nn
import torch.nn.functional as F

folder = sys.argv[1]


class DcGan(nn.Module):
    def __init__(self, z=8, c=4):
        super().__init__()
        def up(i, o, s, p):
            return [nn.ConvTranspose2d(i, o, 4, s, p, bias=False), nn.BatchNorm2d(o), nn.ReLU(True)]
        self.main = nn.Sequential(*up(z, c * 4, 1, 0), *up(c * 4, c * 2, 2, 1), *up(c * 2, c, 2, 1),
                                  nn.ConvTranspose2d(c, 3, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, z):
        return self.main(z)


class ReflectConv(nn.Module):
    def __init__(self, i, o, k, s):
        super().__init__()
        self.reflection_pad = nn.ReflectionPad2d(k // 2)
        self.conv2d = nn.Conv2d(i, o, k, s)

    def forward(self, x):
        return self.conv2d(self.reflection_pad(x))


class Residual(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv1, self.in1 = ReflectConv(c, c, 3, 1), nn.InstanceNorm2d(c, affine=True)
        self.conv2, self.in2 = ReflectConv(c, c, 3, 1), nn.InstanceNorm2d(c, affine=True)

    def forward(self, x):
        y = F.relu(self.in1(self.conv1(x)))
        return self.in2(self.conv2(y)) + x


class UpConv(nn.Module):
    def __init__(self, i, o, k, mode):
        super().__init__()
        self.mode = mode
        self.reflection_pad = nn.ReflectionPad2d(k // 2)
        self.conv2d = nn.Conv2d(i, o, k, 1)

    def forward(self, x):
        if self.mode == "sizes":  # sizes that are computed from the picture's own
            x = F.interpolate(x, size=(x.size(2) * 2, x.size(3) * 2), mode="nearest")
        else:
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        return self.conv2d(self.reflection_pad(x))


class Painter(nn.Module):
    """Fast style transfer; pictures of 0 to 255, and no last activation."""

    def __init__(self, c=4, mode="scale"):
        super().__init__()
        self.conv1, self.in1 = ReflectConv(3, c, 9, 1), nn.InstanceNorm2d(c, affine=True)
        self.conv2, self.in2 = ReflectConv(c, 2 * c, 3, 2), nn.InstanceNorm2d(2 * c, affine=True)
        self.res1, self.res2 = Residual(2 * c), Residual(2 * c)
        self.deconv1, self.in4 = UpConv(2 * c, c, 3, mode), nn.InstanceNorm2d(c, affine=True)
        self.deconv3 = ReflectConv(c, 3, 9, 1)

    def forward(self, x):
        y = F.relu(self.in1(self.conv1(x)))
        y = F.relu(self.in2(self.conv2(y)))
        y = self.res2(self.res1(y))
        y = F.relu(self.in4(self.deconv1(y)))
        return self.deconv3(y)


class Espcn(nn.Module):
    def __init__(self, upscale=2):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 5, 1, 2)
        self.conv2 = nn.Conv2d(16, 8, 3, 1, 1)
        self.conv3 = nn.Conv2d(8, upscale ** 2, 3, 1, 1)
        self.pixel_shuffle = nn.PixelShuffle(upscale)

    def forward(self, x):
        return torch.sigmoid(self.pixel_shuffle(self.conv3(torch.tanh(self.conv2(torch.tanh(self.conv1(x)))))))


class SrBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv1, self.bn1, self.prelu = nn.Conv2d(c, c, 3, 1, 1), nn.BatchNorm2d(c), nn.PReLU()
        self.conv2, self.bn2 = nn.Conv2d(c, c, 3, 1, 1), nn.BatchNorm2d(c)

    def forward(self, x):
        return x + self.bn2(self.conv2(self.prelu(self.bn1(self.conv1(x)))))


class SrResNet(nn.Module):
    """With a skip of the enlarged picture, whose size is read from its shape."""

    def __init__(self, c=8):
        super().__init__()
        self.block1 = nn.Sequential(nn.Conv2d(3, c, 9, 1, 4), nn.PReLU(c))
        self.block2, self.block3 = SrBlock(c), SrBlock(c)
        self.block7 = nn.Sequential(nn.Conv2d(c, c * 4, 3, 1, 1), nn.PixelShuffle(2), nn.PReLU(c))
        self.block8 = nn.Conv2d(c, 3, 9, 1, 4)

    def forward(self, x):
        a = self.block1(x)
        b = self.block3(self.block2(a))
        y = self.block8(self.block7(a + b))
        enlarged = F.interpolate(x, size=(x.shape[2] * 2, x.shape[3] * 2), mode="bilinear", align_corners=False)
        return torch.clamp(enlarged + y, 0, 1)


class Decoder(nn.Module):
    """Latent and class in, picture out; the class by an embedding, or as a row of zeros and a one."""

    def __init__(self, z=8, classes=5, c=8, embedded=True):
        super().__init__()
        self.embed = nn.Embedding(classes, 4) if embedded else None
        self.c = c
        self.fc = nn.Linear(z + (4 if embedded else classes), c * 2 * 4 * 4)
        self.up1, self.bn1 = nn.ConvTranspose2d(c * 2, c, 3, 2, 1, output_padding=1), nn.BatchNorm2d(c)
        self.up2 = nn.ConvTranspose2d(c, 3, 4, 2, 1)

    def forward(self, z, label):
        y = self.embed(label) if self.embed is not None else label
        x = F.leaky_relu(self.fc(torch.cat([z, y], 1)), 0.2)
        x = x.view(x.size(0), self.c * 2, 4, 4)
        x = F.gelu(self.bn1(self.up1(x)))
        return torch.sigmoid(self.up2(x))


def trained(net, seed):
    """Statistics that are not those of a fresh network."""
    torch.manual_seed(seed)
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, 0.2)
            nn.init.normal_(module.bias, 0, 0.2)
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 1.5)
        if isinstance(module, nn.InstanceNorm2d):
            nn.init.normal_(module.weight, 1, 0.2)
            nn.init.normal_(module.bias, 0, 0.2)
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0, (2.0 / (module.weight[0].numel())) ** 0.5)
    if isinstance(net, Painter):  # pictures of 0 to 255
        net.deconv3.conv2d.weight.data *= 40
        net.deconv3.conv2d.bias.data.fill_(127)
    return net.eval()


def export(name, net, args, inputs, opset, free=None, keep=False):
    axes = {i: {0: "batch"} for i in inputs + ["output"]}
    for i in free or []:
        axes[i].update({2: "height", 3: "width"})
    torch.onnx.export(net, args, f"{folder}/{name}.onnx", opset_version=opset, input_names=inputs, output_names=["output"],
                      dynamic_axes=axes)
    if keep:
        torch.save(net.state_dict(), f"{folder}/{name}.pt")


if __name__ == "__main__":
    picture = torch.rand(1, 3, 24, 24)
    export("dcgan11", trained(DcGan(), 1), torch.randn(1, 8, 1, 1), ["z"], 11, keep=True)
    export("painter11", trained(Painter(), 2), picture * 255, ["input"], 11)
    export("painter13-free", trained(Painter(mode="sizes"), 2), picture * 255, ["input"], 13, ["input", "output"])
    export("espcn13-free", trained(Espcn(), 3), picture[:, :1], ["input"], 13, ["input", "output"])
    export("srresnet17-free", trained(SrResNet(c=4), 4), picture, ["input"], 17, ["input", "output"], keep=True)
    export("decoder13", trained(Decoder(c=4), 5), (torch.randn(1, 8), torch.tensor([2])), ["z", "label"], 13)
    export("decoder17-onehot", trained(Decoder(c=4, embedded=False), 5), (torch.randn(1, 8), torch.eye(5)[2:3]), ["z", "label"],
           17)

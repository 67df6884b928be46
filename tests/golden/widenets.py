"""Makes GpuQuant.Tests/Golden/widenets.safetensors: what PyTorch says about one small batch through small nets of the blocks of
ResNet-50 and DenseNet-121, as Keras has them.

Run it with Python 3, numpy and torch; the tests read the file and need none of them. Everything is as in imagenets.py: float64, stored as
float32, parameters and samples by a formula that the test repeats, the same names in the file, no L2.
"""
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from imagenets import Net as BaseNet
from lenet5 import spread, write

HEIGHT, WIDTH, LABELS, KEPT, EPSILON = 28, 32, [3, 1, 4, 1, 5], 48, float(np.float32(1.001e-5))


class Net(BaseNet):
    """Layers with Keras's names; the epsilon of keras.applications."""

    def conv(self, x, channels, kernel, name, stride=1, bias=True):
        w = self.kernel(name, (channels, kernel, kernel, x.shape[1]))
        offset = self.parameter(name + "/bias", (channels,), 2.0**-4) if bias else None
        return F.conv2d(x, w.permute(0, 3, 1, 2), offset, stride, padding=kernel // 2)

    def norm(self, x, name):
        shape = (x.shape[1],)
        gamma, beta = self.parameter(name + "/gamma", shape, 0.5, 1.0), self.parameter(name + "/beta", shape, 0.5)
        mean, variance = self.parameter(name + "/mean", shape, 0.5), self.parameter(name + "/variance", shape, 0.5, 1.0)
        running = (None, None) if self.training else (mean.detach(), variance.detach())
        return F.batch_norm(x, *running, gamma, beta, self.training, eps=EPSILON)

    def max_pool(self, x):
        cells = F.pad(x, (1, 1, 1, 1)).unfold(2, 3, 2).unfold(3, 3, 2).flatten(4)
        top = cells.topk(2).values
        self.margin = min(self.margin, (top[..., 0] - top[..., 1])[top[..., 0] > 0].min().item())
        return F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)

    def head(self, x, units):
        x = x.mean((2, 3))
        return x @ self.kernel("predictions", (units, x.shape[1])).T + self.parameter("predictions/bias", (units,), 2.0**-4)


def resnet50(net, x):
    x = net.relu(net.norm(net.conv(x, 8, 7, "conv1_conv", stride=2), "conv1_bn"))
    x = net.max_pool(x)
    for stage, (channels, blocks) in enumerate([(4, 2), (6, 2)]):
        for block in range(blocks):
            name, stride = f"conv{stage + 2}_block{block + 1}", 2 if stage > 0 and block == 0 else 1

            def convolve(x, channels, kernel, part, stride=1):
                return net.norm(net.conv(x, channels, kernel, f"{name}_{part}_conv", stride), f"{name}_{part}_bn")

            shortcut = convolve(x, 4 * channels, 1, 0, stride) if block == 0 else x
            y = net.relu(convolve(x, channels, 1, 1, stride))
            y = net.relu(convolve(y, channels, 3, 2))
            x = net.relu(shortcut + convolve(y, 4 * channels, 1, 3))
    return net.head(x, 10)


def densenet121(net, x):
    growth = 4
    x = net.conv(x, 2 * growth, 7, "conv1_conv", stride=2, bias=False)
    x = net.max_pool(net.relu(net.norm(x, "conv1_bn")))
    blocks = [2, 3]
    for block, layers in enumerate(blocks):
        for layer in range(layers):
            name = f"conv{block + 2}_block{layer + 1}"
            y = net.conv(net.relu(net.norm(x, name + "_0_bn")), 4 * growth, 1, name + "_1_conv", bias=False)
            y = net.conv(net.relu(net.norm(y, name + "_1_bn")), growth, 3, name + "_2_conv", bias=False)
            x = torch.cat([x, y], 1)
        if block < len(blocks) - 1:
            y = net.relu(net.norm(x, f"pool{block + 2}_bn"))
            x = F.avg_pool2d(net.conv(y, x.shape[1] // 2, 1, f"pool{block + 2}_conv", bias=False), 2)
    return net.head(net.relu(net.norm(x, "bn")), 10)


def samples():
    pixels = spread(1006, len(LABELS) * HEIGHT * WIDTH * 3) >> np.uint64(8)
    scaled = pixels.astype(np.float32) * np.float32(1 / 255)
    return torch.tensor(scaled.astype(np.float64).reshape(len(LABELS), HEIGHT, WIDTH, 3)).permute(0, 3, 1, 2)


def main():
    x, tensors = samples(), {}
    for build in (resnet50, densenet121):
        name = build.__name__
        tensors[f"{name}/logits"] = build(Net(False), x)
        net = Net(True)
        loss = F.cross_entropy(build(net, x), torch.tensor(LABELS))
        print(name, f"loss {loss.item():.6f}, margin {net.margin:.2e}, {len(net.p)} parameters")
        assert net.margin > 1e-5, "too near to a kink for float32: choose other numbers"
        trainable = {key: w for key, w in net.p.items() if not key.endswith(("/mean", "/variance"))}
        gradients = torch.autograd.grad(loss, list(trainable.values()))
        tensors[f"{name}/loss"] = loss.reshape(1)
        for key, gradient in zip(trainable, gradients):
            flat = gradient.flatten()
            tensors[f"{name}/gradient/{key}"] = flat[:: -(-len(flat) // KEPT)]
            tensors[f"{name}/greatest/{key}"] = flat.abs().max().reshape(1)
    write(pathlib.Path(__file__).parent.parent / "GpuQuant.Tests" / "Golden" / "widenets.safetensors", tensors)


if __name__ == "__main__":
    main()

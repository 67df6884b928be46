"""Makes GpuQuant.Tests/Golden/imagenets.safetensors: what PyTorch says about one small batch through ResNet-20 and NiN.

Run it with Python 3, numpy and torch; the tests read the file and need none of them. Everything is computed in float64 and stored as
float32. Parameters and inputs follow a formula that the test repeats, so that the file holds only what is to be compared:

    <net>/logits                  of the samples, in evaluation (running statistics)
    <net>/loss                    their mean cross-entropy in training (the batch's statistics), without dropout
    <net>/gradient/<parameter>    of that loss and the L2 terms: every stride-th element, at most 48 of a parameter
    <net>/greatest/<parameter>    the greatest magnitude in that gradient, for the tolerance

Layouts are GpuQuant's: images height x width x channels, kernels out x ky x kx x in.
"""
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from lenet5 import spread, write

SIDE, LABELS, L2, KEPT = 8, [3, 1, 4, 1, 5], 1e-6, 48


class Net:
    """Makes parameters in the order of the layers, and notes how near the values come to a kink of a relu or a tie of a pool."""

    def __init__(self, training):
        self.training, self.p, self.counts, self.margin = training, {}, {}, float("inf")

    def name(self, stem):
        self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{stem}{self.counts[stem]}"

    def parameter(self, name, shape, scale, offset=0.0):
        uniform = spread(len(self.p), int(np.prod(shape))).astype(np.float64) / 65536 - 0.5
        self.p[name] = torch.tensor(offset + (uniform * scale).reshape(shape), requires_grad=True)
        return self.p[name]

    def kernel(self, name, shape):
        fan_in = int(np.prod(shape[1:]))
        return self.parameter(name + "/kernel", shape, 2.0 ** (2 - fan_in.bit_length() // 2))

    def same(self, x, kernel, stride, value=0.0):
        size = x.shape[2]
        total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        pads = (total // 2, total - total // 2)
        return F.pad(x, pads + pads, value=value)

    def conv(self, x, channels, kernel, stride=1):
        name = self.name("conv")
        w = self.kernel(name, (channels, kernel, kernel, x.shape[1]))
        bias = self.parameter(name + "/bias", (channels,), 2.0**-4)
        return F.conv2d(self.same(x, kernel, stride), w.permute(0, 3, 1, 2), bias, stride)

    def norm(self, x):
        name, shape = self.name("batch_norm"), (x.shape[1],)
        gamma, beta = self.parameter(name + "/gamma", shape, 0.5, 1.0), self.parameter(name + "/beta", shape, 0.5)
        mean, variance = self.parameter(name + "/mean", shape, 0.5), self.parameter(name + "/variance", shape, 0.5, 1.0)
        if self.training:
            mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
        column = lambda v: v[:, None, None]
        return column(gamma) * (x - column(mean)) / torch.sqrt(column(variance) + float(np.float32(1e-3))) + column(beta)

    def relu(self, x):
        self.margin = min(self.margin, x.abs().min().item())
        return torch.relu(x)

    def pool(self, x):
        cells = self.same(x, 3, 2, value=float("-inf")).unfold(2, 3, 2).unfold(3, 3, 2).flatten(4)
        top = cells.topk(2).values
        self.margin = min(self.margin, (top[..., 0] - top[..., 1])[top[..., 0] > 0].min().item())
        return top[..., 0]

    def dense(self, x, units):
        return x @ self.kernel("dense1", (units, x.shape[1])).T + self.parameter("dense1/bias", (units,), 2.0**-4)


def resnet20(net, x):
    x = net.conv(x, 16, 3)
    for channels in (16, 32, 64):
        for _ in range(3):
            widening = x.shape[1] != channels
            stride = 2 if widening else 1
            y = net.conv(net.relu(net.norm(x)), channels, 3, stride)
            y = net.conv(net.relu(net.norm(y)), channels, 3)
            x = y + (net.conv(x, channels, 1, stride) if widening else x)
    return net.dense(net.relu(net.norm(x)).mean((2, 3)), 10)


def nin(net, x):
    for block, (kernel, *channels) in enumerate([(5, 192, 160, 96), (5, 192, 192, 192), (3, 192, 192, 10)]):
        if block > 0:
            x = net.pool(x)
        for layer, count in enumerate(channels):
            x = net.relu(net.norm(net.conv(x, count, kernel if layer == 0 else 1)))
    return x.mean((2, 3))


def samples():
    pixels = spread(1005, len(LABELS) * SIDE * SIDE * 3) >> np.uint64(8)
    scaled = pixels.astype(np.float32) * np.float32(1 / 255)
    return torch.tensor(scaled.astype(np.float64).reshape(len(LABELS), SIDE, SIDE, 3)).permute(0, 3, 1, 2)


def main():
    x, tensors = samples(), {}
    for build in (resnet20, nin):
        name = build.__name__
        tensors[f"{name}/logits"] = build(Net(False), x)
        net = Net(True)
        loss = F.cross_entropy(build(net, x), torch.tensor(LABELS))
        print(name, f"loss {loss.item():.6f}, margin {net.margin:.2e}")
        assert net.margin > 1e-5, "too near to a kink for float32: choose other numbers"
        penalty = L2 * sum((w * w).sum() for key, w in net.p.items() if key.endswith("/kernel"))
        trainable = {key: w for key, w in net.p.items() if not key.endswith(("/mean", "/variance"))}
        gradients = torch.autograd.grad(loss + penalty, list(trainable.values()))
        tensors[f"{name}/loss"] = loss.reshape(1)
        for key, gradient in zip(trainable, gradients):
            flat = gradient.flatten()
            tensors[f"{name}/gradient/{key}"] = flat[:: -(-len(flat) // KEPT)]
            tensors[f"{name}/greatest/{key}"] = flat.abs().max().reshape(1)
    write(pathlib.Path(__file__).parent.parent / "GpuQuant.Tests" / "Golden" / "imagenets.safetensors", tensors)


if __name__ == "__main__":
    main()

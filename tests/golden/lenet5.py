"""Makes GpuQuant.Tests/Golden/lenet5.safetensors: what PyTorch says about one small batch through LeNet-5.

Run it with Python 3, numpy and torch; the tests read the file and need none of them. Everything is computed in float64 and stored as
float32. Parameters and inputs follow a formula that the test repeats, so that the file holds only what is to be compared:

    logits                  of the four samples
    loss                    their mean cross-entropy
    gradient/<parameter>    of that loss
    adam/<parameter>        parameters after three steps of Adam on that batch, with Keras's place of epsilon
    sgd/<parameter>         parameters after three steps of gradient descent with momentum, in Keras's form

Layouts are GpuQuant's: images height x width x channels, kernels out x ky x kx x in, flattening in that order.
"""
import json
import pathlib
import struct

import numpy as np
import torch

HEIGHT, WIDTH, LABELS = 12, 8, [3, 1, 4, 1]
SHAPES = {
    "conv1/kernel": ((6, 5, 5, 1), -1),
    "conv1/bias": ((6,), -4),
    "conv2/kernel": ((16, 5, 5, 6), -2),
    "conv2/bias": ((16,), -4),
    "dense1/kernel": ((120, 96), -2),
    "dense1/bias": ((120,), -4),
    "dense2/kernel": ((84, 120), -2),
    "dense2/bias": ((84,), -4),
    "dense3/kernel": ((10, 84), -1),
    "dense3/bias": ((10,), -4),
}


def spread(stream, count):
    """16 bits per element: the middle of a product modulo 2^32."""
    i = np.arange(1, count + 1, dtype=np.uint64) + np.uint64(7919 * stream)
    return ((i * np.uint64(2654435761)) % np.uint64(1 << 32) >> np.uint64(8)) & np.uint64(0xFFFF)


def parameters():
    values = {}
    for stream, (name, (shape, exponent)) in enumerate(SHAPES.items()):
        uniform = spread(stream, int(np.prod(shape))).astype(np.float64) / 65536 - 0.5
        values[name] = torch.tensor((uniform * 2.0**exponent).reshape(shape), requires_grad=True)
    return values


def samples():
    pixels = spread(100, len(LABELS) * HEIGHT * WIDTH) >> np.uint64(8)
    scaled = pixels.astype(np.float32) * np.float32(1 / 255)
    return torch.tensor(scaled.astype(np.float64).reshape(len(LABELS), HEIGHT, WIDTH, 1))


class Net:
    """The forward pass; notes how near it comes to a kink of a relu or a tie of a pool, where a gradient would be a matter of luck."""

    def __init__(self):
        self.margin = float("inf")

    def relu(self, x):
        self.margin = min(self.margin, x.abs().min().item())
        return torch.relu(x)

    def convolve(self, x, p, name):
        return self.relu(torch.nn.functional.conv2d(x, p[name + "/kernel"].permute(0, 3, 1, 2), p[name + "/bias"], padding=2))

    def pool(self, x):
        cells = x.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4)
        top = cells.topk(2).values
        gaps = (top[..., 0] - top[..., 1])[top[..., 0] > 0]
        self.margin = min(self.margin, gaps.min().item())
        return top[..., 0]

    def logits(self, p, x):
        x = self.pool(self.convolve(x.permute(0, 3, 1, 2), p, "conv1"))
        x = self.pool(self.convolve(x, p, "conv2"))
        x = x.permute(0, 2, 3, 1).flatten(1)
        for name in ("dense1", "dense2"):
            x = self.relu(x @ p[name + "/kernel"].T + p[name + "/bias"])
        return x @ p["dense3/kernel"].T + p["dense3/bias"]


def differentiate(p, x):
    net = Net()
    logits = net.logits(p, x)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(LABELS))
    gradients = dict(zip(p, torch.autograd.grad(loss, list(p.values()))))
    print(f"loss {loss.item():.6f}, margin {net.margin:.2e}")
    assert net.margin > 2e-6, "too near to a kink for float32: choose other numbers"
    return logits, loss, gradients


def adam(p, x, steps=3, rate=1e-3, b1=0.9, b2=0.999, epsilon=1e-7):
    m = {name: torch.zeros_like(value) for name, value in p.items()}
    v = {name: torch.zeros_like(value) for name, value in p.items()}
    for t in range(1, steps + 1):
        _, _, gradients = differentiate(p, x)
        step = rate * (1 - b2**t) ** 0.5 / (1 - b1**t)
        for name, g in gradients.items():
            m[name] = b1 * m[name] + (1 - b1) * g
            v[name] = b2 * v[name] + (1 - b2) * g * g
            p[name] = (p[name] - step * m[name] / (v[name].sqrt() + epsilon)).detach().requires_grad_()
    return p


def sgd(p, x, steps=3, rate=0.05, momentum=0.9):
    velocity = {name: torch.zeros_like(value) for name, value in p.items()}
    for _ in range(steps):
        _, _, gradients = differentiate(p, x)
        for name, g in gradients.items():
            velocity[name] = momentum * velocity[name] - rate * g
            p[name] = (p[name] + velocity[name]).detach().requires_grad_()
    return p


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.detach().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    print(path.name, path.stat().st_size, "bytes")


def main():
    x = samples()
    logits, loss, gradients = differentiate(parameters(), x)
    tensors = {"logits": logits, "loss": loss.reshape(1)}
    for prefix, values in (("gradient", gradients), ("adam", adam(parameters(), x)), ("sgd", sgd(parameters(), x))):
        tensors.update({f"{prefix}/{name}": value for name, value in values.items()})
    write(pathlib.Path(__file__).parent.parent / "GpuQuant.Tests" / "Golden" / "lenet5.safetensors", tensors)


if __name__ == "__main__":
    main()

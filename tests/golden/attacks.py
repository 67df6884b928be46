"""Makes GpuQuant.Tests/Golden/attacks.safetensors: what attacks by PyTorch make of the batch of lenet5.py.

Run it with Python 3, numpy and torch; the tests read the file and need none of them. Net, parameters and pixels are those of lenet5.py;
a mean image is subtracted from the pixels, which stay from 0 to 1. Everything is computed in float64 and stored as float32:

    fgsm      one step of 0.1 along the gradient's sign
    linf      three such steps of 0.04, after each back to at most 0.1 from the sample and into the range of pixels
    l2        three steps of length 0.8 along the gradient, after each back to at most 1.2 from the sample and into the range of pixels
"""
import pathlib

import numpy as np
import torch

import lenet5


def mean_image():
    values = lenet5.spread(200, lenet5.HEIGHT * lenet5.WIDTH).astype(np.float32) / np.float32(131072)
    return torch.tensor(values.astype(np.float64).reshape(1, lenet5.HEIGHT, lenet5.WIDTH, 1))


def gradient(parameters, x):
    """The gradient of the mean loss in the samples; none of its elements may have a sign that is a matter of rounding."""
    net = lenet5.Net()
    x = x.detach().requires_grad_()
    loss = torch.nn.functional.cross_entropy(net.logits(parameters, x), torch.tensor(lenet5.LABELS))
    (g,) = torch.autograd.grad(loss, x)
    least = g[g != 0].abs().min() / g.abs().max()
    print(f"loss {loss.item():.6f}, margin {net.margin:.2e}, least gradient {least.item():.2e} of the greatest")
    assert net.margin > 2e-6 and least > 1e-5, "too near to a kink or a change of sign for float32: choose other numbers"
    return g


def length(change):
    return change.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)


def attack(parameters, origin, mean, step, radius, iterations, norm):
    x = origin
    for _ in range(iterations):
        g = gradient(parameters, x)
        if norm == "linf":
            change = (x + step * g.sign() - origin).clamp(-radius, radius)
        else:
            change = x + step * g / length(g) - origin
            change = change * (radius / length(change)).clamp(max=1)
        x = torch.maximum(torch.minimum(origin + change, 1 - mean), -mean)
    change = x - origin
    print(norm, "moved by", length(change).flatten().tolist(), "at most", change.abs().max().item(),
          "clipped", ((x + mean <= 0) | (x + mean >= 1)).sum().item())
    return x


def main():
    parameters, mean = lenet5.parameters(), mean_image()
    origin = lenet5.samples() - mean
    lenet5.write(pathlib.Path(__file__).parent.parent / "GpuQuant.Tests" / "Golden" / "attacks.safetensors", {
        "fgsm": attack(parameters, origin, mean, 0.1, 0.1, 1, "linf"),
        "linf": attack(parameters, origin, mean, 0.04, 0.1, 3, "linf"),
        "l2": attack(parameters, origin, mean, 0.8, 1.2, 3, "l2"),
    })


if __name__ == "__main__":
    main()

"""Makes GpuQuant.Tests/Golden/recurrent.safetensors: what PyTorch says about one small batch of texts through an LSTM and a GRU.

Run it with Python 3, numpy and torch; the tests read the file and need none of them. Everything is computed in float64 and stored as
float32. Parameters and word numbers follow a formula that the test repeats. For each of lstm and gru, through 200 steps, no dropout:

    <net>/logits                  of the samples
    <net>/loss                    their mean binary cross-entropy over two sigmoids
    <net>/gradient/<parameter>    of that loss

Layouts are GpuQuant's. PyTorch's LSTM has the gates in the same order, i, f, g, o, and two biases of which the second is 0 here; its GRU
has r before z.
"""
import pathlib

import numpy as np
import torch

from lenet5 import spread, write

WORDS, WIDTH, UNITS, STEPS, LABELS = 50, 8, 6, 200, [1, 0, 0, 1, 1]


def shapes(net):
    gates = 4 if net == "lstm" else 3
    layer = {
        f"{net}1/kernel": (gates * UNITS, WIDTH),
        f"{net}1/recurrent": (gates * UNITS, UNITS),
        f"{net}1/bias": (gates * UNITS,),
    }
    if net == "gru":
        layer["gru1/recurrent_bias"] = (gates * UNITS,)
    return {"embedding1/table": (WORDS, WIDTH), **layer, "dense1/kernel": (2, UNITS), "dense1/bias": (2,)}


def parameters(net):
    """Uniform in +-1."""
    values = {}
    for stream, (name, shape) in enumerate(shapes(net).items()):
        uniform = spread(stream, int(np.prod(shape))).astype(np.float64) / 32768 - 1
        values[name] = torch.tensor(uniform.reshape(shape), requires_grad=True)
    return values


def words():
    return torch.tensor((spread(100, len(LABELS) * STEPS) % np.uint64(WORDS)).astype(np.int64).reshape(len(LABELS), STEPS))


def swap(weights):
    """z, r, n to r, z, n."""
    z, r, n = weights.split(UNITS)
    return torch.cat([r, z, n])


def last_state(net, p, x):
    kernel, recurrent, bias = (p[f"{net}1/{name}"] for name in ("kernel", "recurrent", "bias"))
    state = torch.zeros(1, len(LABELS), UNITS, dtype=torch.float64)
    if net == "lstm":
        flat = [kernel, recurrent, bias, torch.zeros_like(bias)]
        return torch._VF.lstm(x, (state, state), flat, True, 1, 0.0, False, False, True)[1][0]
    flat = [swap(kernel), swap(recurrent), swap(bias), swap(p["gru1/recurrent_bias"])]
    return torch._VF.gru(x, state, flat, True, 1, 0.0, False, False, True)[1][0]


def results(net):
    p = parameters(net)
    state = last_state(net, p, torch.nn.functional.embedding(words(), p["embedding1/table"]))
    logits = state @ p["dense1/kernel"].T + p["dense1/bias"]
    targets = torch.nn.functional.one_hot(torch.tensor(LABELS), 2).double()
    loss = torch.nn.functional.binary_cross_entropy(torch.sigmoid(logits), targets)
    gradients = torch.autograd.grad(loss, list(p.values()))
    print(net, loss.item(), {name: gradient.abs().max().item() for name, gradient in zip(p, gradients)})
    return {f"{net}/logits": logits, f"{net}/loss": loss.reshape(1),
            **{f"{net}/gradient/{name}": gradient for name, gradient in zip(p, gradients)}}


if __name__ == "__main__":
    folder = pathlib.Path(__file__).parent.parent / "GpuQuant.Tests" / "Golden"
    write(folder / "recurrent.safetensors", {**results("lstm"), **results("gru")})

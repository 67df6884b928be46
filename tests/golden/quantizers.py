"""Makes GpuQuant.Tests/Golden/quantizers.safetensors: what PyTorch says about fake quantization, learned quantizers and observers.

Run it with Python 3, numpy and torch 1.13 or newer; the tests read the file and need none of them. Each case is a group of tensors, its
inputs among them, named case/tensor:

    tensor, channel           torch.fake_quantize_per_{tensor,channel}_affine: y, and dx for dy
    learnable_tensor, learnable_channel   torch._fake_quantize_learnable_per_{tensor,channel}_affine: y, dx, dscale, dzero
    lsq_weights, lsq_activations          Esser et al. 2020, from its pseudocode by autograd in float64: y, dx, dstep
    lsq_plus                  Bhalgat et al. 2020, from its equations by autograd in float64: y, dx, dstep, doffset
    pact                      Choi et al. 2018, likewise: y, dx, dclip
    dorefa_weights, dorefa_activations    Zhou et al. 2016, likewise (the greatest tanh taken as a constant): y, dx
    average                   MovingAverageMinMaxObserver over three batches: range, scale, zero point
    minmax                    MinMaxObserver: scale, zero point
    histogram                 HistogramObserver: scale, zero point

No value lies so near to a tie of the rounding (where PyTorch goes to the even neighbour and multiplies by the inverse of the scale) or to
a learned range's end that the last bit of a division could decide. PyTorch's learnable quantizers pass gradients up to half a step beyond
the range's ends, the papers up to the ends: no value of theirs lies between. The zero point is positive, since PyTorch 1.13 rounds a negative one to
another integer in the backward pass than in the forward one.
"""
import pathlib

import numpy as np
import torch

from lenet5 import spread, write


def uniform(stream, *shape):
    """Float32 numbers from -0.5 to 0.5, exact multiples of 2^-16."""
    return torch.tensor((spread(stream, int(np.prod(shape))).astype(np.float64) / 65536 - 0.5).astype(np.float32).reshape(shape))


def clear(x, scale, zero, low, high, is_learned=False):
    """Moves values away from ties and, for learned ranges, out of half a step beyond the ends."""
    v = x.double() / scale + zero
    v = torch.where(((v - v.floor()) - 0.5).abs() < 2e-3, v + 0.01, v)
    if is_learned:
        v = torch.where((v > high - 2e-3) & (v < high + 0.51), high + 0.75, v)
        v = torch.where((v < low + 2e-3) & (v > low - 0.51), low - 0.75, v)
    return ((v - zero) * scale).float()


def leaf(value, dtype=None):
    return value.detach().clone().to(dtype or value.dtype).requires_grad_()


def plain():
    cases = {}
    x, dy = clear(uniform(1, 1000) * 9, 0.031, 7, -128, 127), uniform(2, 1000)
    p = leaf(x)
    y = torch.fake_quantize_per_tensor_affine(p, 0.031, 7, -128, 127)
    y.backward(dy)
    cases["tensor"] = dict(x=x, dy=dy, y=y, dx=p.grad, scale=torch.tensor([0.031]), zero=torch.tensor([7.0]))
    scales, zeros = torch.tensor([0.011, 0.023, 0.5, 0.0371, 1.3, 0.007]), torch.zeros(6, dtype=torch.int32)
    x, dy = clear(uniform(3, 6, 50) * scales[:, None] * 20, scales[:, None].double(), 0, -7, 7), uniform(4, 6, 50)
    p = leaf(x)
    y = torch.fake_quantize_per_channel_affine(p, scales, zeros, 0, -7, 7)
    y.backward(dy)
    cases["channel"] = dict(x=x, dy=dy, y=y, dx=p.grad, scale=scales)
    return cases


def learnable():
    cases = {}
    x, dy = clear(uniform(5, 1000) * 3, 0.13, 2, -8, 7, True), uniform(6, 1000)
    p, s, z = leaf(x), leaf(torch.tensor([0.13])), leaf(torch.tensor([2.0]))
    y = torch._fake_quantize_learnable_per_tensor_affine(p, s, z, -8, 7, 0.25)
    y.backward(dy)
    cases["learnable_tensor"] = dict(x=x, dy=dy, y=y, dx=p.grad, dscale=s.grad, dzero=z.grad, scale=s, zero=z)
    scales = torch.tensor([0.011, 0.023, 0.5, 0.0371, 1.3, 0.007])
    x, dy = clear(uniform(7, 6, 50) * scales[:, None] * 25, scales[:, None].double(), 0, -7, 7, True), uniform(8, 6, 50)
    p, s, z = leaf(x), leaf(scales), leaf(torch.zeros(6))
    y = torch._fake_quantize_learnable_per_channel_affine(p, s, z, 0, -7, 7, 0.125)
    y.backward(dy)
    cases["learnable_channel"] = dict(x=x, dy=dy, y=y, dx=p.grad, dscale=s.grad, scale=scales)
    return cases


def grad_scale(value, factor):
    return (value - value * factor).detach() + value * factor


def round_pass(value):
    return (value.round() - value).detach() + value


def lsq(stream, count, scale, low, high, spread_steps, shift, offset=None):
    """The papers' formulas; an offset is a whole number of steps, as integers need it."""
    zero = 0 if offset is None else round(-offset / scale)
    x = clear((uniform(stream, count) + shift) * spread_steps * scale, scale, zero, low, high, True)
    dy = uniform(stream + 1, count)
    p, s = leaf(x, torch.float64), leaf(torch.tensor([scale], dtype=torch.float32), torch.float64)
    b = leaf(torch.tensor([0.0 if offset is None else offset], dtype=torch.float64))
    factor = 1 / (count * high) ** 0.5
    step, beta = grad_scale(s, factor), grad_scale(b, factor)
    y = round_pass(torch.clamp((p - beta) / step, low, high)) * step + beta
    y.backward(dy.double())
    case = dict(x=x, dy=dy, y=y, dx=p.grad, step=s, dstep=s.grad)
    if offset is not None:
        case.update(offset=b, doffset=b.grad)
    return case


def pact(stream, count, clip, bits):
    n = 2**bits - 1
    x, dy = clear((uniform(stream, count) + 0.2) * 9, clip / n, 0, 0, n, True), uniform(stream + 1, count)
    p, a = leaf(x, torch.float64), leaf(torch.tensor([clip], dtype=torch.float32), torch.float64)
    y = 0.5 * (p.abs() - (p - a).abs() + a)
    scale = n / a.detach()
    (y + ((y * scale).round() / scale - y).detach()).backward(dy.double())
    return dict(x=x, dy=dy, y=(y * scale).round() / scale, dx=p.grad, clip=a, dclip=a.grad)


def dorefa_weights(stream, count, bits):
    n = 2**bits - 1
    w, dy = uniform(stream, count) * 1.7, uniform(stream + 1, count)
    p = leaf(w, torch.float64)
    t = torch.tanh(p)
    share = t / t.abs().max().detach() / 2 + 0.5
    margin = ((share * n % 1) - 0.5).abs().min().item()
    assert margin > 1e-5, margin
    y = 2 * round_pass(share * n) / n - 1
    y.backward(dy.double())
    return dict(x=w, dy=dy, y=y, dx=p.grad)


def dorefa_activations(stream, count, bits):
    n = 2**bits - 1
    x, dy = clear((uniform(stream, count) + 0.4) * 1.6, 1 / n, 0, 0, n, True), uniform(stream + 1, count)
    p = leaf(x, torch.float64)
    y = round_pass(torch.clamp(p, 0, 1) * n) / n
    y.backward(dy.double())
    return dict(x=x, dy=dy, y=y, dx=p.grad)


def observers():
    from torch.ao.quantization.observer import HistogramObserver, MinMaxObserver, MovingAverageMinMaxObserver

    int8 = dict(dtype=torch.qint8, qscheme=torch.per_tensor_affine, quant_min=-128, quant_max=127)
    batches = torch.stack([uniform(30 + i, 64) * (2 + i) + 0.3 * i for i in range(3)])
    average, minmax, histogram = MovingAverageMinMaxObserver(averaging_constant=0.25, **int8), MinMaxObserver(**int8), HistogramObserver(**int8)
    for batch in batches:
        average(batch)
        minmax(batch)
    # A bell with long tails: the sum of three uniform draws, cubed.
    tails = (uniform(40, 2048) + uniform(41, 2048) + uniform(42, 2048)) ** 3
    histogram(tails)

    def parameters(observer):
        scale, zero = observer.calculate_qparams()
        return dict(scale=scale.float().reshape(1), zero=zero.float().reshape(1))

    return {
        "average": dict(x=batches, range=torch.stack([average.min_val, average.max_val]), **parameters(average)),
        "minmax": dict(x=batches, range=torch.stack([minmax.min_val, minmax.max_val]), **parameters(minmax)),
        "histogram": dict(x=tails, **parameters(histogram)),
    }


def main():
    cases = {
        **plain(),
        **learnable(),
        "lsq_weights": lsq(10, 600, 0.0625 * 1.1, -7, 7, 24, 0),
        "lsq_activations": lsq(12, 2000, 0.21, 0, 15, 24, 0.3),
        "lsq_plus": lsq(14, 2000, float(np.float32(0.17)), -8, 7, 24, 0.1, 3 * float(np.float32(0.17))),
        "pact": pact(16, 700, 2.5, 4),
        "dorefa_weights": dorefa_weights(18, 500, 4),
        "dorefa_activations": dorefa_activations(20, 500, 4),
        **observers(),
    }
    tensors = {f"{case}/{name}": value for case, group in cases.items() for name, value in group.items()}
    write(pathlib.Path(__file__).parent.parent / "GpuQuant.Tests" / "Golden" / "quantizers.safetensors", tensors)


if __name__ == "__main__":
    main()

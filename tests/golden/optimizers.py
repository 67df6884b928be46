"""Makes GpuQuant.Tests/Golden/optimizers.safetensors: what PyTorch's optimizers and learning-rate schedules do.

Run it with Python 3, numpy and torch; the tests read the file and need none of them. Optimizers take steps on LeNet-5's one small batch
(lenet5.py) in float64; of each parameter the file holds every stride-th element, at most 48:

    nesterov/<parameter>        after four steps of SGD with Nesterov's momentum
    adamw/<parameter>           after four steps of AdamW, decay of kernels alone, cosine schedule over four steps
    adamw-all/<parameter>       the same with decay of everything and a constant rate
    epsilon/<parameter>         after one step of AdamW without decay, epsilon 0.01
    clip-norm/<parameter>       after three steps of plain SGD on gradients clipped by their norm
    clip-value/<parameter>      the same, clipped by value
    rate/<schedule>             factors of 8 epochs of 3 steps

Adam in Keras's form adds epsilon before the second moment is corrected for its start, PyTorch after: so epsilon / sqrt(1 - beta2^t) is
PyTorch's for the same step.
"""
import pathlib

import torch
from torch.optim import lr_scheduler

from lenet5 import differentiate, parameters, samples, write

KEPT, STEPS, STEPS_PER_EPOCH, EPOCHS = 48, 4, 3, 8


def train(make, steps=STEPS, clip=None, schedule=None, keras_epsilon=None):
    p, x = parameters(), samples()
    optimizer = make(p)
    scheduler = schedule and schedule(optimizer)
    for step in range(1, steps + 1):
        for name, gradient in differentiate(p, x)[2].items():
            p[name].grad = gradient
        if clip:
            clip(p.values())
        for group in optimizer.param_groups:
            if keras_epsilon:
                group["eps"] = keras_epsilon / (1 - 0.999**step) ** 0.5
        optimizer.step()
        if scheduler:
            scheduler.step()
    return {name: value.flatten()[:: max(1, value.numel() // KEPT)][:KEPT] for name, value in p.items()}


def kernels_decay(p, decay):
    kernels = [value for value in p.values() if value.ndim > 1]
    others = [value for value in p.values() if value.ndim <= 1]
    return torch.optim.AdamW([{"params": kernels}, {"params": others, "weight_decay": 0}], lr=1e-3, weight_decay=decay)


def runs():
    sgd = lambda p: torch.optim.SGD(p.values(), lr=0.05)
    yield "nesterov", train(lambda p: torch.optim.SGD(p.values(), lr=0.05, momentum=0.9, nesterov=True))
    yield "adamw", train(lambda p: kernels_decay(p, 2.0), keras_epsilon=1e-7,
                         schedule=lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=STEPS))
    yield "adamw-all", train(lambda p: torch.optim.AdamW(p.values(), lr=1e-3, weight_decay=2.0), keras_epsilon=1e-7)
    yield "epsilon", train(lambda p: torch.optim.AdamW(p.values(), lr=1e-2, weight_decay=0, eps=1e-2), steps=1)
    yield "clip-norm", train(sgd, 3, lambda values: torch.nn.utils.clip_grad_norm_(values, 0.25))
    yield "clip-value", train(sgd, 3, lambda values: torch.nn.utils.clip_grad_value_(values, 0.01))


def rates(make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler, per_epoch = make(optimizer)
    factors = []
    for step in range(1, EPOCHS * STEPS_PER_EPOCH + 1):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if not per_epoch or step % STEPS_PER_EPOCH == 0:
            scheduler.step()
    return torch.tensor(factors, dtype=torch.float64)


def warmed(optimizer, steps, after):
    linear = lr_scheduler.LinearLR(optimizer, start_factor=1 / (steps + 1), total_iters=steps)
    return lr_scheduler.SequentialLR(optimizer, [linear, after], milestones=[steps])


def schedules():
    total = EPOCHS * STEPS_PER_EPOCH
    yield "step", rates(lambda o: (lr_scheduler.StepLR(o, 3, gamma=0.1), True))
    yield "milestones", rates(lambda o: (lr_scheduler.MultiStepLR(o, [2, 5], gamma=0.5), True))
    yield "cosine", rates(lambda o: (lr_scheduler.CosineAnnealingLR(o, total, eta_min=0.1), False))
    yield "one-cycle", rates(lambda o: (lr_scheduler.OneCycleLR(o, 1.0, total_steps=total), False))
    yield "warmup-constant", rates(lambda o: (warmed(o, 6, lr_scheduler.LambdaLR(o, lambda _: 1.0)), False))
    yield "warmup-cosine", rates(lambda o: (warmed(o, 6, lr_scheduler.CosineAnnealingLR(o, total - 6)), False))


def main():
    tensors = {f"{run}/{name}": value for run, values in runs() for name, value in values.items()}
    tensors.update({f"rate/{name}": values for name, values in schedules()})
    for name, values in schedules():
        print(name, [round(v, 4) for v in values.tolist()])
    write(pathlib.Path(__file__).parent.parent / "GpuQuant.Tests" / "Golden" / "optimizers.safetensors", tensors)


if __name__ == "__main__":
    main()

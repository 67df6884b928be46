"""Times the works of `gpuquant bench kernels --csv FILE` in PyTorch on the same machine, and writes both side by side.

Usage: gpu_peers.py OURS.csv RESULT.csv COMMIT [cuda|cpu]

Peers: cuBLAS float32 for the products, PyTorch's eager nets (cuDNN, channels last, no TF32) for the rest; for training also the step
captured into a CUDA graph. A net's convolutions are timed one after the other, as ours are.
"""
import csv
import datetime
import statistics
import sys
import time

import torch
from torch import nn

NETS = {"lenet5": (256, 1, 28), "resnet20": (128, 3, 32), "nin": (128, 3, 32), "resnet50": (4, 3, 448)}


def conv(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2)


def lenet5():
    return nn.Sequential(
        conv(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), conv(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(784, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def nin():
    def layer(inputs, outputs, kernel):
        return [conv(inputs, outputs, kernel), nn.BatchNorm2d(outputs), nn.ReLU()]

    def block(inputs, kernel, first, second, third):
        return layer(inputs, first, kernel) + layer(first, second, 1) + layer(second, third, 1)

    shrink = [nn.MaxPool2d(3, 2, 1), nn.Dropout(0.5)]
    return nn.Sequential(*block(3, 5, 192, 160, 96), *shrink, *block(96, 5, 192, 192, 192), *shrink, *block(192, 3, 192, 192, 10),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Preactivated(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        stride = 1 if inputs == outputs else 2
        self.body = nn.Sequential(nn.BatchNorm2d(inputs), nn.ReLU(), conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs), nn.ReLU(),
                                  conv(outputs, outputs, 3), nn.Dropout(0.5))
        self.shortcut = nn.Identity() if stride == 1 else conv(inputs, outputs, 1, stride)

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def resnet20():
    widths = [16, 16, 16, 16, 32, 32, 32, 64, 64, 64]
    blocks = [Preactivated(a, b) for a, b in zip(widths, widths[1:])]
    return nn.Sequential(conv(3, 16, 3), *blocks, nn.BatchNorm2d(64), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()

        def step(a, b, kernel, s=1):
            return [conv(a, b, kernel, s), nn.BatchNorm2d(b)]

        self.body = nn.Sequential(*step(inputs, width, 1, stride), nn.ReLU(), *step(width, width, 3), nn.ReLU(), *step(width, 4 * width, 1))
        self.shortcut = nn.Identity() if inputs == 4 * width else nn.Sequential(*step(inputs, 4 * width, 1, stride))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet50():
    layers, inputs = [conv(3, 64, 7, 2), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for width, blocks in (64, 3), (128, 4), (256, 6), (512, 3):
        for block in range(blocks):
            layers.append(Bottleneck(inputs, width, 2 if block == 0 and width > 64 else 1))
            inputs = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 10))


def milliseconds(work, device, budget=1.0):
    """The median of at least 5 runs, after 2 to warm up."""
    def once():
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        return 1e3 * (time.perf_counter() - start)

    once(), once()
    times, start = [], time.perf_counter()
    while len(times) < 5 or (time.perf_counter() - start < budget and len(times) < 100):
        times.append(once())
    return statistics.median(times)


def training(net, images, labels):
    optimizer = torch.optim.Adam(net.parameters(), capturable=images.is_cuda)
    loss = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(net(images), labels).backward()
        optimizer.step()

    return step


def captured(step):
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def convolutions(net, images, device):
    """The sum over the net's convolutions, each timed alone on the input that it gets."""
    calls, hooks = [], []
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            hooks.append(layer.register_forward_hook(lambda module, inputs, _: calls.append((module, inputs[0]))))
    net(images)
    for hook in hooks:
        hook.remove()
    return sum(milliseconds(lambda: module(x), device, budget=0.1) for module, x in calls)


def peers(net_name, phase, device):
    """Pairs of a peer's name and its milliseconds."""
    batch, channels, side = NETS[net_name]
    net = globals()[net_name]().to(device, memory_format=torch.channels_last)
    images = torch.randn(batch, channels, side, side, device=device).to(memory_format=torch.channels_last)
    if phase == "training":
        step = training(net.train(), images, torch.randint(10, (batch,), device=device))
        yield "eager, channels last, Adam", milliseconds(step, device)
        if device == "cuda":
            yield "CUDA graph, channels last, Adam", milliseconds(captured(step), device)
        return
    with torch.no_grad():
        net.eval()
        work = convolutions(net, images, device) if phase == "convolutions" else milliseconds(lambda: net(images), device)
        yield "eager, channels last", work


def products(size, device):
    a, b = torch.randn(size, size, device=device), torch.randn(size, size, device=device)
    return milliseconds(lambda: torch.mm(a, b), device)


def works(rows):
    """Our milliseconds by work: (kind, net or size) to the number."""
    result = {}
    for row in rows:
        if row["kind"] == "gemm":
            result["gemm", row["call"].split()[1]] = float(row["ms"])
        elif row["kind"] == "step" and row["net"] in NETS:
            result[row["phase"], row["net"]] = float(row["ms"])
        elif row["kind"] == "call" and row["phase"] == "inference" and row["call"].startswith("Conv2DForward") and row["net"] in NETS:
            key = "convolutions", row["net"]
            result[key] = result.get(key, 0) + float(row["ms"])
    return result


def main(ours, target, commit, device="cuda"):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    with open(ours, newline="") as file:
        rows = list(csv.DictReader(file))
    name, today = rows[0]["device"], datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    with open(target, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow("work,ours,peer,peer_name,unit,ratio,device,commit,date".split(","))
        for (kind, subject), mine in works(rows).items():
            found = [("float32", products(int(subject), device))] if kind == "gemm" else peers(subject, kind, device)
            for how, theirs in found:
                writer.writerow([f"{kind}-{subject}", f"{mine:.4f}", f"{theirs:.4f}", f"PyTorch {torch.__version__}, {how}", "ms",
                                 f"{theirs / mine:.3f}", name, commit, today])
                file.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

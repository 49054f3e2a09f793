"""The same measurements in PyTorch: an efficient writing of the network of the preset `paper`.

Both people go through shared weights as one batch; query, key and value products are merged; layer norm, GELU and softmax
are PyTorch's fused ones; Q of the flow comes from one batched triangular solve; Adam is the multi-tensor one.
Run by bench/engine.ts: peer.py '{"mode": "train", ...}'. Needs python3-torch; its fastest BLAS is libopenblas0-openmp.
"""
import json
import math
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

request = json.loads(sys.argv[1])
torch.set_num_threads(request["threads"])
device = request["device"]
half = torch.autocast(device, dtype=torch.bfloat16, enabled=request["precision"] == "bf16")


def read(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    out = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            a, b = entry["data_offsets"]
            out[name] = torch.tensor(np.frombuffer(data[8 + size + a:8 + size + b], "<f4").reshape(entry["shape"]))
    return out


def measure_peak():
    best = 0
    for m, k, n in [(1024, 1024, 1024), (2048, 2048, 2048), (4096, 512, 512), (1920, 512, 2048)]:
        a, b = torch.rand(m, k), torch.rand(k, n)
        for _ in range(12):
            start = time.perf_counter()
            a @ b
            best = max(best, 2 * m * k * n / (time.perf_counter() - start))
    print(json.dumps({"peak": best}))


class Net(torch.nn.Module):
    def __init__(self, tensors, config):
        super().__init__()
        self.c = config
        self.names, E = {}, config["embedding"]

        def keep(name, value):
            key = "p" + str(len(self.names))
            self.names[name] = key
            self.register_parameter(key, torch.nn.Parameter(value.contiguous()))

        def linear(name, parts):
            keep(name + ".w", torch.cat([tensors[p + ".weight"] for p in parts], 1).t())
            keep(name + ".b", torch.cat([tensors[p + ".bias"] for p in parts]))

        for name in ["motion.0", "motion.1", "relation.0", "relation.1", "output.0", "output.1"]:
            linear(name, [name])
        for u in range(config["units"]):
            p = f"units.{u}."
            linear(p + "self.in", [p + "self.query", p + "self.key", p + "self.value"])
            for part in ["motion", "distance"]:
                linear(p + part + ".q", [p + part + ".query"])
                linear(p + part + ".kv", [p + part + ".key", p + part + ".value"])
            for part in ["self", "motion", "distance"]:
                linear(p + part + ".out", [p + part + ".output"])
            keep(p + "gain", tensors[p + "self.norm.gain"])
            keep(p + "bias", tensors[p + "self.norm.bias"])
        for name in ["output.norm.gain", "output.norm.bias", "position", "flow.reflectors", "flow.triangle", "flow.bias", "flow.slope"]:
            keep(name, tensors[name])
        d = 2 * config["features"]
        self.register_buffer("upper", torch.triu(torch.ones(d, d), 1))
        self.register_buffer("eye", torch.eye(d))

    def g(self, name):
        return getattr(self, self.names[name])

    def lin(self, name, x):
        return F.linear(x, self.g(name + ".w"), self.g(name + ".b"))

    def attend(self, q, k, v):
        B, T, E = q.shape
        h = self.c["heads"]
        q, k, v = (z.view(B, T, h, E // h).transpose(1, 2) for z in (q, k, v))
        p = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(E // h), -1)
        return torch.matmul(p, v).transpose(1, 2).reshape(B, T, E)

    def forward(self, x, y):
        c, B = self.c, x.shape[0]
        E = c["embedding"]
        maps = -(x[:, :, :, None] - y[:, :, None]).square().sum(-1).sqrt()
        f = self.lin("motion.1", F.gelu(self.lin("motion.0", torch.cat([x, y]).flatten(2)))) + self.g("position")
        r = self.lin("relation.1", F.gelu(self.lin("relation.0", torch.cat([maps, maps.transpose(2, 3)]).flatten(2))))
        for u in range(c["units"]):
            p = f"units.{u}."
            n = F.layer_norm(f, (E,), self.g(p + "gain"), self.g(p + "bias"))
            a = self.lin(p + "self.out", self.attend(*self.lin(p + "self.in", n).split(E, -1)))
            other = torch.cat([a[B:], a[:B]])
            a = self.lin(p + "motion.out", self.attend(self.lin(p + "motion.q", a), *self.lin(p + "motion.kv", other).split(E, -1)))
            a = self.lin(p + "distance.out", self.attend(self.lin(p + "distance.q", a), *self.lin(p + "distance.kv", r).split(E, -1)))
            f = f + a
        f = F.layer_norm(f, (E,), self.g("output.norm.gain"), self.g("output.norm.bias"))
        h = self.lin("output.1", F.gelu(self.lin("output.0", f))).mean(1)
        z = torch.cat([h[:B], h[B:]], 1)
        U, A, b, slope = self.g("flow.reflectors"), self.g("flow.triangle"), self.g("flow.bias"), self.g("flow.slope")
        G = U @ U.transpose(1, 2)
        S = G * self.upper + self.eye * (G * self.eye).sum(1, keepdim=True) / 2
        Q = self.eye - torch.linalg.solve_triangular(S, U, upper=True).transpose(1, 2) @ U
        log = (A * self.eye).sum(2)
        W = (A * self.upper + self.eye * log.exp().unsqueeze(2)).transpose(1, 2) @ Q
        det = log.sum()
        for i in range(W.shape[0]):
            z = z @ W[i] + b[i]
            if i < W.shape[0] - 1:
                det = det + (z < 0).sum(1) * slope[i]
                z = F.prelu(z, slope[i:i + 1].exp())
        return 0.5 * z.square().sum(1) + 0.5 * z.shape[1] * math.log(2 * math.pi) - det


def train(net, x, y):
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-4, foreach=True)
    times, losses, first = [], [], 0
    for step in range(request["steps"]):
        start = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        with half:
            loss = net(x, y).mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        times.append((time.perf_counter() - start) * 1e3)
        first = first or time.time() * 1e3
    return times, losses, first


def score(net, x, y):
    """The fastest of plain inference and a traced, frozen module."""
    batch, best, losses, first = request["batch"], None, [], 0
    with torch.inference_mode():
        for kind in ["plain", "traced"]:
            run = net
            if kind == "traced":
                run = torch.jit.freeze(torch.jit.trace(net.eval(), (x[:batch], y[:batch])))
            times = []
            for i in range(request["steps"] + 1):
                for at in range(0, len(x) - batch + 1, batch):
                    start = time.perf_counter()
                    out = run(x[at:at + batch], y[at:at + batch])
                    if i:
                        times.append((time.perf_counter() - start) * 1e3)
                    elif kind == "plain":
                        losses += out.tolist()
                        first = first or time.time() * 1e3
            best = times if best is None or sum(times) < sum(best) else best
    return best, losses, first


if request["mode"] == "peak":
    measure_peak()
else:
    tensors = read(request["file"])
    x, y = tensors.pop("input.x"), tensors.pop("input.y")
    x, y = x.to(device), y.to(device)
    net = Net(tensors, request["config"]).to(device)
    times, losses, first = (train if request["mode"] == "train" else score)(net, x, y)
    peak = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
    print(json.dumps({"times": times, "losses": losses, "rss": [], "firstAt": first, "peakMB": int(peak[0]) / 1024}))

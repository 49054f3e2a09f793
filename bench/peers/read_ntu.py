"""Reads NTU .skeleton files line by line in plain Python and numpy, as public loaders do: the peer of bench/data.ts.

usage: read_ntu.py FOLDER
prints one JSON object: seconds for all files, their bytes, and the sum of all coordinates.
"""
import json
import os
import sys
import time

import numpy as np


def read(path):
    """Bodies by id: the frames they stand in, and joints [frames, 25, 3]."""
    with open(path) as file:
        lines = file.readlines()
    at = 1
    bodies = {}
    for frame in range(int(lines[0])):
        count = int(lines[at])
        at += 1
        for _ in range(count):
            body = lines[at].split()[0]
            joints = int(lines[at + 1])
            at += 2
            values = [[float(field) for field in lines[at + k].split()[:3]] for k in range(joints)]
            at += joints
            frames, stack = bodies.setdefault(body, ([], []))
            frames.append(frame)
            stack.append(values)
    return {body: (frames, np.array(stack, dtype=np.float32)) for body, (frames, stack) in bodies.items()}


folder = sys.argv[1]
paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
started = time.perf_counter()
total = sum(float(joints.sum(dtype=np.float64)) for path in paths for _, joints in read(path).values())
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "bytes": sum(map(os.path.getsize, paths)), "sum": total}))

"""Writes recordings of other programs as a custom data set: <category>/<clip>.npy and iadnet.json.

    python tools/convert_skeletons.py pyskl ntu120_3danno.pkl OUT --skeleton kinect25 [--labels NAMES.txt] [--group "(P[0-9]+)"]
    python tools/convert_skeletons.py duet "DUET/3D joints" OUT --units mm [--labels NAMES.txt]

pyskl: an annotation file, a pickle. Only arrays, numbers, text and containers are unpickled: a file with anything else is
refused before it can run. duet: one CSV file a clip, 193 columns: a time stamp, then x, y, z of 32 joints of either person.
NAMES.txt has the name of one category a line, the first for label 0 (pyskl) or activity 1 (DUET). What is left out is named.
Needs NumPy."""

import argparse
import csv
import json
import math
import pickle
import re
import sys
from pathlib import Path

import numpy as np

# All that arrays need. Everything else that a pickle could call is refused.
ALLOWED = {
    (module, name)
    for module in ("numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric")
    for name in ("ndarray", "dtype", "_reconstruct", "scalar", "_frombuffer")
} | {("_codecs", "encode")}


class ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it refers to {module}.{name}, which is no array")
        return super().find_class(module, name)


class LeftOut(Exception):
    """A clip that cannot be converted, and why."""


def file_name(text):
    """The text as the name of a file or folder."""
    return re.sub(r"[^\w.=+-]", "_", str(text).strip()).lstrip(".") or "_"


def read_pyskl(source):
    with open(source, "rb") as file:
        content = ArrayUnpickler(file).load()
    annotations = content["annotations"] if isinstance(content, dict) else content
    for number, annotation in enumerate(annotations):
        yield annotation.get("frame_dir", number), annotation["label"], lambda a=annotation: pyskl_people(a)


def pyskl_people(annotation):
    keypoint = np.asarray(annotation["keypoint"])
    if keypoint.ndim != 4 or keypoint.shape[3] != 3:
        raise LeftOut(f"keypoint must be [person,frame,joint,3], got {list(keypoint.shape)}")
    people = keypoint.astype(np.float32)
    people[(people == 0).all(axis=(2, 3))] = np.nan  # padding: nobody is there
    seen = [person for person in people if not np.isnan(person).all()]
    if len(seen) != 2:
        raise LeftOut(f"expected 2 people, found {len(seen)}")
    return np.stack(seen)


def read_duet(source):
    for file in sorted(Path(source).rglob("*.csv")):
        code = re.fullmatch(r"(CM|CC|CL)(\d\d)(\d\d)", file.parent.name)
        if code and not file.name.startswith("."):
            yield f"{file.parent.name}_{file.stem}", int(code[2]) - 1, lambda f=file: duet_people(f)
        else:
            yield file, None, None


def duet_people(file):
    with open(file, newline="", encoding="utf-8-sig") as text:
        rows = [row for row in csv.reader(text) if row]
    if rows and (not all(map(is_number, rows[0])) or rows[0] == [str(column) for column in range(len(rows[0]))]):
        rows = rows[1:]  # a heading: names, or the numbers of the columns
    if not rows:
        raise LeftOut("it has no frames")
    for number, row in enumerate(rows):
        if len(row) != 193:
            raise LeftOut(f"row {number + 1}: expected 193 columns, got {len(row)}")
    if not all(is_number(value) for row in rows for value in row[1:]):
        raise LeftOut("a value is not a number")
    values = np.array([[float(value or "nan") for value in row[1:]] for row in rows], np.float32)
    return values.reshape(len(rows), 2, 32, 3).transpose(1, 0, 2, 3)


def is_number(text):
    """Whether a cell is a number, or empty."""
    try:
        return text.strip() == "" or not math.isinf(float(text))
    except ValueError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["pyskl", "duet"])
    parser.add_argument("source")
    parser.add_argument("out", type=Path)
    parser.add_argument("--skeleton", help="registered skeleton of the joints (duet: azure32)")
    parser.add_argument("--units", choices=["m", "cm", "mm"], help="unit of the coordinates (pyskl: m)")
    parser.add_argument("--up", help="axis that points up (pyskl: y, duet: -y)")
    parser.add_argument("--fps", type=float, default=30)
    parser.add_argument("--group", help="regular expression that finds the group in a clip's id")
    parser.add_argument("--labels", type=Path, help="names of the categories, one a line")
    options = parser.parse_args()
    is_duet = options.kind == "duet"
    skeleton, units = options.skeleton or ("azure32" if is_duet else None), options.units or (None if is_duet else "m")
    if skeleton is None or units is None:
        parser.error(f"{options.kind} needs --{'units' if skeleton else 'skeleton'}: the files do not say it")
    if options.out.exists() and any(options.out.iterdir()):
        parser.error(f"{options.out} is not empty")
    names = options.labels.read_text("utf-8").splitlines() if options.labels else []
    # The folder CC0102 is location CC, activity 01, pair 02.
    group = options.group or (r"/C[MCL]\d\d(\d\d)_" if is_duet else None)
    written, left = 0, []
    for clip, label, people in (read_duet if is_duet else read_pyskl)(options.source):
        try:
            if people is None:
                raise LeftOut("its folder is not named LLIISS, such as CC0102")
            if names and not 0 <= label < len(names):
                raise LeftOut(f"label {label} has no name")
            category = names[label] if names else f"{'activity' if is_duet else 'label'}-{label + is_duet:02}"
            file = options.out / file_name(category) / f"{file_name(clip)}.npy"
            if file.exists():
                raise LeftOut(f"{file} is there already")
            array = people()
            file.parent.mkdir(parents=True, exist_ok=True)
            np.save(file, array)
            written += 1
        except LeftOut as why:
            left.append(f"Left out {clip}: {why}")
    if written == 0:
        sys.exit("\n".join([*left[:20], "No clip could be converted"]))
    description = {
        "layout": "npy",
        "skeleton": skeleton,
        "units": units,
        "up": options.up or ("-y" if is_duet else "y"),
        "fps": options.fps,
        **({"group": group} if group else {}),
    }
    (options.out / "iadnet.json").write_text(json.dumps(description, indent=2) + "\n", "utf-8")
    print("\n".join(left), file=sys.stderr) if left else None
    print(f"Written: {options.out}, {written} clips, {len(left)} left out")


if __name__ == "__main__":
    try:
        main()
    except (OSError, KeyError, TypeError, AttributeError, EOFError, pickle.UnpicklingError) as error:
        sys.exit(f"Cannot convert {sys.argv[2]}: {error}")

"""PyTorch's half of the comparison: does tasks when asked, as SideBySide.java does ours."""

import argparse
import sys
import time

import torch

from avatars import Generator, latents, read_safetensors
from trainings import Insertion, Projector, Rewriting

LOSSES = 5


class Tasks:
    """All tasks in one memory layout."""

    def __init__(self, weights, given, channels_last):
        self.generator = Generator(weights, channels_last)
        self.given = given
        self.one = latents(1, 1)
        self.batch = latents(1, 16)
        self.trainings = {}
        self.losses = {}

    def results(self):
        with torch.inference_mode():
            return {
                "images": self.generator.generate(self.batch),
                "keys": self.generator.keys(self.batch, 5)[0],
                "moment": self.generator.moment(1000, 6, 16),
            }

    def training(self, name):
        if name not in self.trainings:
            kinds = {
                "projector-step": lambda: Projector(self.generator),
                "rewriting-step": lambda: Rewriting(self.generator, self.given),
                "rewriting-inside": lambda: Rewriting(self.generator, self.given, inside_only=True),
                "insertion-step": lambda: Insertion(self.generator, self.given),
            }
            training = self.trainings[name] = kinds[name]()
            self.losses[name] = [training.step() for _ in range(LOSSES)]
        return self.trainings[name]

    def task(self, name, at_once=16):
        if name.endswith("-step"):
            return self.training(name).step
        return torch.inference_mode()(
            {
                "generate-1": lambda: self.generator.generate(self.one),
                "generate-16": lambda: self.generator.generate(self.batch),
                "keys-16": lambda: self.generator.keys(self.batch, 5),
                "moment-1000": lambda: self.generator.moment(1000, 6, at_once),
            }[name]
        )


def measured(task, count):
    wall = []
    cpu = time.process_time()
    for _ in range(count):
        start = time.perf_counter()
        task()
        wall.append(1e3 * (time.perf_counter() - start))
    return 1e3 * (time.process_time() - cpu) / count, wall


class Worker:
    def __init__(self, weights, given):
        self.layouts = {name: Tasks(weights, given, name == "channels_last") for name in ("contiguous", "channels_last")}
        self.chosen = {}

    def task(self, name, trials):
        """The task in the layout, and for the moment the batch, in which it needs least processor time here."""
        if name not in self.chosen:
            sizes = (16, 50, 125) if name == "moment-1000" else (16,)
            variants = {(layout, n): tasks.task(name, n) for layout, tasks in self.layouts.items() for n in sizes}
            for variant in variants.values():
                measured(variant, trials)
            times = {key: min(measured(v, trials)[0] for _ in range(3)) for key, v in variants.items()}
            best = min(times, key=times.get)
            self.chosen[name] = (best, variants[best])
        return self.chosen[name][1]

    def answer(self, request):
        kind, *rest = request.split()
        if kind == "run":
            count = int(rest[1])
            cpu, wall = measured(self.task(rest[0], max(1, count // 2)), count)
            return " ".join(f"{number:.4f}" for number in (cpu, *wall))
        if kind == "losses":
            self.layouts["contiguous"].training(rest[0])
            return " ".join(repr(loss) for loss in self.layouts["contiguous"].losses[rest[0]])
        if kind == "parity":
            given = self.layouts["contiguous"].given
            errors = []
            for name, ours in self.layouts["contiguous"].results().items():
                theirs = given[name].double()
                errors.append(f"{name}={((ours.double() - theirs).abs().max() / theirs.abs().max()).item():.2e}")
            return " ".join(errors)
        if kind == "chosen":
            (layout, size), _ = self.chosen[rest[0]]
            return layout + (f", {size} at once" if rest[0] == "moment-1000" else "")
        if kind == "version":
            blas = "mkl" if torch.backends.mkl.is_available() else "system BLAS"
            return f"PyTorch {torch.__version__}, {blas}, CPU capability {torch.__config__.show().split('CPU capability usage: ')[1].split()[0]}"
        raise ValueError("no request like " + request)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", help="avatar-stylegan64.safetensors")
    parser.add_argument("given", help="what ours exported")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.set_num_interop_threads(1)
    worker = Worker(args.weights, read_safetensors(args.given))
    for line in sys.stdin:
        print("=", worker.answer(line.strip()), flush=True)


if __name__ == "__main__":
    main()

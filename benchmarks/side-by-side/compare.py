"""Rewrite4J beside PyTorch: the same work on the same generator, in turns.

    ./mvnw -B -ntp -q -P jmh -pl benchmarks -am -DskipTests package
    python3 benchmarks/side-by-side/compare.py

The Python that runs this needs torch and numpy. Both sides are processes of their own that stay warm. First they have to
agree: images, keys and second moment, and the losses of the first training steps from the same weights and batches. Then
each round runs ours and theirs for every task. Wall-clock time is the minimum and the median over all iterations,
processor time is that of the whole process (its compilers and collectors included), best and median round.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
JAR = ROOT / "benchmarks/target/benchmarks.jar"
WEIGHTS = ROOT / "rewrite-avatars/src/main/resources/io/github/rewrite4j/avatars/avatar-stylegan64.safetensors"

# Name, what it is, iterations in a round.
TASKS = [
    ("generate-1", "generate, batch 1", 60),
    ("generate-16", "generate, batch 16", 12),
    ("keys-16", "keys of layer 5, batch 16", 20),
    ("moment-1000", "second moment of 1,000 samples' keys, layer 6", 1),
    ("projector-step", "projector training step, layer 6, batch 4", 12),
    ("rewriting-step", "out-of-domain rewriting step, layers 5-7, batch 8", 12),
    ("insertion-step", "projected-gradient insertion step, layer 4 (ours in float64)", 60),
]
FORWARD_TOLERANCE = 1e-4
# Losses of the first steps that must agree, and how well. The insertion is float64 here and float32 there, and Adam's
# first steps follow the signs of gradients however small, so its trajectories part sooner.
TRAJECTORIES = [
    ("projector-step", 5, 1e-4),
    ("rewriting-step", 1, 1e-5),
    ("rewriting-inside", 5, 1e-3),
    ("insertion-step", 1, 1e-5),
    ("insertion-step", 5, 5e-3),
]


class Worker:
    def __init__(self, command, threads, errors=None):
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=errors, text=True, env=environment
        )

    def ask(self, *request):
        self.process.stdin.write(" ".join(map(str, request)) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("= "):
                return line[2:].strip()
        raise RuntimeError(f"{self.process.args[0]} ended at the request {request}")

    def numbers(self, *request):
        return [float(word) for word in self.ask(*request).split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def check_parity(ours, theirs):
    """The largest deviations by name; ends the program where they are too large."""
    facts = {}
    for word in theirs.ask("parity").split():
        name, error = word.split("=")
        facts[name] = (float(error), FORWARD_TOLERANCE)
    for task, steps, tolerance in TRAJECTORIES:
        pairs = list(zip(ours.numbers("losses", task)[:steps], theirs.numbers("losses", task)[:steps]))
        name = f"loss of {task}" + (f", {steps} steps" if steps > 1 else "")
        facts[name] = (max(abs(a - b) / abs(a) for a, b in pairs), tolerance)
    for name, (error, tolerance) in facts.items():
        print(f"{name}: {error:.1e} (at most {tolerance:.0e})")
    if any(not error <= tolerance for error, tolerance in facts.values()):
        sys.exit("The two sides do not do the same work.")
    return {name: error for name, (error, _) in facts.items()}


def summary(rounds):
    """Rounds of [processor ms, wall ms of each iteration]."""
    cpu = [numbers[0] for numbers in rounds]
    wall = [number for numbers in rounds for number in numbers[1:]]
    return {
        "cpuMin": min(cpu),
        "cpuMedian": statistics.median(cpu),
        "wallMin": min(wall),
        "wallMedian": statistics.median(wall),
    }


def measure(ours, theirs, tasks, rounds, warm_up):
    for task, _, count in tasks:
        for worker in (ours, theirs):
            worker.ask("run", task, count * warm_up)
    results = {task: ([], []) for task, _, _ in tasks}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", flush=True)
        for task, _, count in tasks:
            for worker, to in zip((ours, theirs), results[task]):
                to.append(worker.numbers("run", task, count))
    return {task: {"ours": summary(a), "theirs": summary(b)} for task, (a, b) in results.items()}


def machine():
    model = platform.processor()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        model = next((line.split(":")[1].strip() for line in info.read_text().splitlines() if "model name" in line), "")
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def nd4j():
    return re.search("<nd4j.version>(.*)</nd4j.version>", (ROOT / "pom.xml").read_text()).group(1)


def commit():
    def git(*args):
        return subprocess.run(["git", "-C", ROOT, *args], capture_output=True, text=True).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain", "-uno") else "")


def markdown(report):
    lines = [
        "# Side by side with PyTorch",
        "",
        f"{report['machine']}; {report['threads']} thread{'s' * (report['threads'] > 1)} each; load {report['load']}.",
        f"{report['ours']} against {report['theirs']}. Commit {report['commit']}, {report['date']}.",
        "Milliseconds per iteration; ratio ours / theirs, below 1 is faster. Processor time is that of the whole process.",
        "",
        "| task | wall min, ours | theirs | ratio | wall median, ours | theirs | ratio | processor min, ours | theirs | ratio | layout of theirs |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for task, title, _ in (known for known in TASKS if known[0] in report["tasks"]):
        ours, theirs = (report["tasks"][task][side] for side in ("ours", "theirs"))
        cells = [title]
        for kind in ("wallMin", "wallMedian", "cpuMin"):
            cells += [f"{ours[kind]:.2f}", f"{theirs[kind]:.2f}", f"{ours[kind] / max(theirs[kind], 1e-9):.2f}"]
        lines.append("| " + " | ".join([*cells, report["tasks"][task]["layout"]]) + " |")
    lines += ["", "Largest deviations, relative, before anything was measured:", "", "| what | deviation |", "|---|---|"]
    lines += [f"| {name} | {error:.1e} |" for name, error in report["parity"].items()]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--warm-up", type=int, default=6, help="rounds that are not counted")
    parser.add_argument("--java", default="java")
    parser.add_argument("--java-option", action="append", default=[], help="for the virtual machine; repeatable")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "benchmarks/results")
    parser.add_argument("--tasks", nargs="+", choices=[task for task, _, _ in TASKS], help="these only")
    parser.add_argument("--parity-only", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        given = pathlib.Path(directory) / "ours.safetensors"
        java = [args.java, *args.java_option, "-cp", JAR]
        worker = [*java, "io.github.rewrite4j.benchmarks.SideBySide", str(args.threads)]
        ours = Worker(worker, args.threads, subprocess.DEVNULL)
        ours.ask("export", given)
        theirs = Worker(
            [sys.executable, HERE / "theirs.py", WEIGHTS, given, "--threads", str(args.threads)], args.threads
        )
        parity = check_parity(ours, theirs)
        if args.parity_only:
            return
        before = os.getloadavg()[1]
        wanted = [known for known in TASKS if not args.tasks or known[0] in args.tasks]
        tasks = measure(ours, theirs, wanted, args.rounds, args.warm_up)
        for task, result in tasks.items():
            result["layout"] = theirs.ask("chosen", task)
        report = {
            "machine": machine(),
            "threads": args.threads,
            "load": f"{before:.1f} before, {os.getloadavg()[1]:.1f} after",
            "javaOptions": args.java_option,
            "ours": f"{ours.ask('version')}, ND4J {nd4j()}",
            "theirs": theirs.ask("version"),
            "commit": commit(),
            "date": datetime.date.today().isoformat(),
            "rounds": args.rounds,
            "parity": parity,
            "tasks": tasks,
        }
        ours.close()
        theirs.close()
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "side-by-side.json").write_text(json.dumps(report, indent=2) + "\n")
    table = markdown(report)
    (args.out / "side-by-side.md").write_text(table)
    print(table)


if __name__ == "__main__":
    main()

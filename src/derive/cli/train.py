"""`derive train`: train what was derived on real data, with generated gradients and generated updates."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from derive.cli.files import Named, check_apart
from derive.cli.output import check_writable, say, write
from derive.cli.table import BY_NAME, TRAINING
from derive.errors import OptionError
from derive.train.options import BACKENDS, MODELS, TrainOptions

if TYPE_CHECKING:
    from derive.train.report import Report
    from derive.train.state import State

QUIET_SECONDS = 1.0  # progress is for runs that take longer
BETWEEN = 0.2  # seconds between two lines of progress on a terminal
FILES = ("save", "checkpoint", "load", "resume")

_EXAMPLES = """\b
Examples:
  derive train logistic
  derive train logistic --data breast-cancer --optimizer newton --l2 0.01
  derive train softmax --data digits --schedule cosine --plot loss.svg
  derive train softmax --data digits --optimizer newton --l2 0.000695
  derive train mlp --data digits --hidden 64 --activation relu --early-stopping 10
  derive train mlp --data mine.csv --target price --activation "z*sigmoid(z)" --loss "(yhat-y)**4"
  derive train mlp --data digits --epochs 500 --checkpoint run.npz
  derive train mlp --resume run.npz
  derive train logistic --data parts/ --optimizer gd --scheduler tcp://host:8786

\b
Data: iris ships with derive (logistic takes two of its classes, linear predicts a measurement); breast-cancer and
digits come with scikit-learn: pip install "derivecheck[data]". A table has a row a sample; its header is optional.
An .npz file has arrays X and y; a folder of them is one data set, which with --backend dask is never held in memory
as a whole.

\b
Penalty: the loss is a mean over the n samples to train on, so scikit-learn's LogisticRegression(C=1) is --l2 of 1/n,
and C=c is 1/(c n); for digits, 1/1438 = 0.000695. --optimizer newton finds the same optimum.

\b
Exit code: 0 trained; 1 the loss diverged; 2 data or options that cannot be used; 130 interrupted (nothing is lost
with --checkpoint).
"""


def _options(command: Any) -> Any:
    for option in reversed(_DECLARED):
        command = option(command)
    return command


_N = click.IntRange(min=1)
_SHARE = click.FloatRange(0, 1)

_DECLARED = (
    click.option(
        "--data", metavar="NAME|FILE", help="iris, breast-cancer, digits, FILE.csv or .npz, a folder of .npz. [iris]"
    ),
    click.option("--target", metavar="NAME", help="The column of labels: its name, or its number. [the last]"),
    click.option("--sizes", metavar="N,N,...", help="Size of each layer, input first: 64,32,10."),
    click.option("--hidden", metavar="N,...", help="Sizes of the hidden layers only. [16]"),
    click.option("--layers", metavar="N", help="Number of weight layers. [2]"),
    click.option("--activation", metavar="NAMES", help="Hidden activation: a name, a formula in z, a list. [sigmoid]"),
    click.option("--output-activation", metavar="NAME", help="Activation of the output. [what the loss asks for]"),
    click.option("--loss", metavar="NAME", help="A name (derive list), or a formula in yhat and y. [by the labels]"),
    click.option("--pieces", type=click.IntRange(2, 4), metavar="N", help="Pre-activations that maxout compares. [2]"),
    click.option("--residual", is_flag=True, default=None, help="Hidden layers add their input to what they compute."),
    click.option("--tied", is_flag=True, default=None, help="Hidden layers share their weights and biases."),
    click.option("--l2", type=float, metavar="X", help="Factor of the penalty X/2 times the squared weights. [0]"),
    click.option("--init", type=click.Choice(TRAINING["Initial weights"]), help="Initial weights. [by the activation]"),
    click.option("--optimizer", type=click.Choice(TRAINING["Optimisers"]), help="How to step. [adam]"),
    click.option("--lr", type=float, metavar="X", help="Learning rate. [by the optimiser]"),
    click.option("--schedule", metavar="NAME[:X]", help=f"{', '.join(TRAINING['Schedules'])}. [constant]"),
    click.option("--batch-size", type=_N, metavar="N", help="Samples in a step. [32; all of them for gd and newton]"),
    click.option("--epochs", type=click.IntRange(min=0), metavar="N", help="Passes over the data. [100]"),
    click.option("--early-stopping", type=_N, metavar="N", help="Stop N epochs after the best validation loss."),
    click.option("--test-size", type=_SHARE, metavar="X", help="Share of the samples kept for the test. [0.2]"),
    click.option("--validation", type=_SHARE, metavar="X", help="Share to validate on. [0; 0.1 for early stopping]"),
    click.option("--standardize/--no-standardize", default=None, help="Scale features by the training part. [yes]"),
    click.option("--seed", type=click.IntRange(0, 2**32 - 1), metavar="N", help="Equal seeds give equal bits. [0]"),
    click.option("--backend", metavar="NAME", help=f"{', '.join(BACKENDS)}. [numpy]"),
    click.option("--scheduler", metavar="ADDRESS", help="Compute on a dask cluster, tcp://host:8786."),
    click.option("--save", metavar="FILE", help="Write the model to an .npz file."),
    click.option("--load", metavar="FILE", help="Start from a saved model; with --epochs 0, only measure it."),
    click.option("--checkpoint", metavar="FILE", help="Write the state of the run after each epoch."),
    click.option("--resume", metavar="FILE", help="Go on from a checkpoint, and keep writing it."),
    click.option("--plot", metavar="FILE", help="Draw the loss curve: .svg, or .png with matplotlib."),
    click.option("--format", "format", type=click.Choice(["text", "json"]), default="text", help="Format. [text]"),
    click.option("-o", "--output", metavar="FILE", help="Write the report to a file."),
    click.option("-v", "--verbose", is_flag=True, help="A line for every epoch, on standard error."),
)


@click.command("train", help=BY_NAME["train"].help, epilog=_EXAMPLES)
@click.argument("model", type=click.Choice(MODELS), metavar=f"[{'|'.join(MODELS)}]")
@_options
def train(
    *, format: str, output: str | None, plot: str | None, verbose: bool, scheduler: str | None, **given: Any
) -> int:
    if scheduler is not None and given["backend"] is None:
        given["backend"] = "dask"
    files = {name: given.pop(name) for name in FILES}
    chosen = {name: value for name, value in given.items() if value is not None}
    written = _check_files(files, output, plot)
    report = _run(chosen, files, written, verbose, scheduler)
    write(report.as_json() if format == "json" else report.as_text(), output)
    for note in report.notes:
        say(f"note: {note}")
    _draw(report, plot)
    return _ending(report, files)


def _check_files(files: dict[str, str | None], output: str | None, plot: str | None) -> tuple[Named, ...]:
    """Refuse what cannot be written before any work is done for it; what is written, by option.

    A model may be saved where it came from, and a checkpoint is meant to be.
    """
    if files["load"] and files["resume"]:
        raise OptionError("--load starts a new run, --resume goes on with one; found both. Try: one of the two")
    save, checkpoint = ("--save", files["save"]), ("--checkpoint", files["checkpoint"])
    others = (("-o", output), ("--plot", plot))
    check_apart((*others, save, checkpoint))
    check_apart((*others, checkpoint), [("--load", files["load"])])
    check_apart((*others, save), [("--resume", files["resume"])])
    if files["resume"] and files["checkpoint"] is None:
        files["checkpoint"] = files["resume"]
    check_writable(output)
    for name in ("save", "checkpoint"):
        if files[name]:
            check_writable(files[name], option=f"--{name}")
    if plot:
        from derive.train.plot import check_plot

        check_writable(plot, option="--plot")
        check_plot(plot)
    return (*others, save, ("--checkpoint", files["checkpoint"]))


def _check_data(data: str, written: tuple[Named, ...]) -> None:
    """Refuse to write over the data, or into a folder of them what would be read as one more part."""
    from derive.train.dataset import NAMED
    from derive.train.shards import ENDING

    if data in NAMED:
        return
    if not os.path.isdir(data):
        check_apart(written, [("--data", data)])
        return
    check_apart(written, [("--data", os.path.join(data, name)) for name in os.listdir(data) if name.endswith(ENDING)])
    for option, path in written:
        if path and path.endswith(ENDING) and os.path.dirname(os.path.realpath(path)) == os.path.realpath(data):
            raise OptionError(f"{option} {path}: --data {data} would have one more part. Try: another folder")


def _run(
    chosen: dict[str, Any],
    files: dict[str, str | None],
    written: tuple[Named, ...],
    verbose: bool,
    scheduler: str | None,
) -> Report:
    options = TrainOptions.parse(**chosen)
    from derive.train.run import Files, resumed, train

    if files["resume"]:
        options = resumed(files["resume"], {name: getattr(options, name) for name in chosen})
    _check_data(options.data, written)
    return train(options, Files(**files), progress(options.epochs, verbose), scheduler=scheduler)


def _draw(report: Report, plot: str | None) -> None:
    if plot:
        from derive.train.plot import draw

        draw(plot, report.history, f"{report.model} on {report.data}, {report.optimizer}")


def _ending(report: Report, files: dict[str, str | None]) -> int:
    """Say what went wrong, if something did; the exit code."""
    if report.error:
        click.echo(click.style("error:", fg="red", bold=True) + " " + report.error, err=True)
    if report.stopped == "interrupted":
        kept = files["checkpoint"]
        how = f"go on: derive train {report.model} --resume {kept}" if kept else "next time: --checkpoint FILE"
        say(f"interrupted after epoch {report.epochs}; {how}")
    return report.exit_code


def progress(epochs: int, verbose: bool) -> Callable[[State, Callable[[], str]], None] | None:
    """Lines for every epoch, or one that is replaced while a long run goes on; nothing where nobody looks."""
    if not verbose and not sys.stderr.isatty():
        return None
    started, shown = time.monotonic(), 0.0

    def show(state: State, score: Callable[[], str]) -> None:
        nonlocal shown
        now = time.monotonic()
        last = state.epoch >= epochs or bool(state.stopped)
        if verbose:
            click.echo(_line(state, epochs, score), err=True)
        elif now - started > QUIET_SECONDS and (last or now - shown > BETWEEN):
            shown = now
            click.echo("\r\033[K" + ("" if last else _line(state, epochs, score)), nl=False, err=True)

    return show


def _line(state: State, epochs: int, score: Callable[[], str]) -> str:
    if not state.history:
        return ""
    row = state.history[-1]
    parts = [f"epoch {row.epoch}/{epochs}", f"loss {row.loss:.4g}"]
    if row.validation is not None:
        parts += [f"validation {row.validation:.4g}"]
    return "  ".join([*parts, score()])

"""The training loop and what it keeps.

loop.py           `train`, in five stages
checks.py         what `train` asks of its arguments and of a model's players
own_models.py     mistakes in a class of the caller's own
step.py           one step: a draw, on which every player moves once
graph.py          that step as one CUDA graph
held.py           what such a graph holds constant, and whether it has changed
processes.py      several processes that share each batch
randomness.py     the seed of every step, and the rows of its batch
together.py       `train_together`, several runs at once on one GPU
recorder.py       the terms of each step, on their way into the history
history.py        every term at every step
checkpoint.py     a run in a file, from which it continues; fingerprint.py recognises its data
stopping.py       Ctrl-C and the signals that end a process, postponed to the end of a step
device.py         CUDA, MPS or the CPU
"""

from infotheory._lazy import lazily

_WHERE = {"History": "history", "choose_device": "device", "train": "loop", "train_together": "together"}

__all__ = list(_WHERE)
__getattr__, __dir__ = lazily(__name__, _WHERE)

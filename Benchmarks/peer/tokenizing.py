"""Hugging Face's tokenizers, one thread."""
import os
import time

import data


def serve_tokenize(settings, channel):
    """Rounds of one pass over every labelled text with the fastest of three calls."""
    from tokenizers import Tokenizer

    texts = [text for name in ("train", "valid", "test") for text in data.texts(settings["project"], name)]
    folder = os.path.join(settings["project"], "data/prepared/tokenizer")
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    calls = {
        "encode": lambda: sum(len(tokenizer.encode(text)) for text in texts),
        "encode_batch": lambda: sum(len(item) for item in tokenizer.encode_batch(texts)),
        "encode_batch_fast": lambda: sum(len(item) for item in tokenizer.encode_batch_fast(texts)),
    }

    def spent(call):
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    count = calls["encode"]()
    name = min(calls, key=lambda key: min(spent(calls[key]) for _ in range(2)))
    channel.ready(f"tokenizers, {name}", f"tokenizers' tokens {count}")
    while channel.next_round():
        channel.report(megabytes_per_second=megabytes / min(spent(calls[name]) for _ in range(2)))
